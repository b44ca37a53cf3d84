"""The last that was heard of a case since the ball came: who handed it back, who wrote."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tandem.cases.models import Event
from tandem.desk.now.places import Place
from tandem.kit import say
from tandem.organize import waking
from tandem.queue.rows import first_name

LINES = 25
"""So far back in the ledger of each case we look."""
BEFORE = 120
"""Seconds: a verb may record what it did before it passes the ball."""


SAYS: dict[str, str] = {
    "escalation.handed_back": gettext_noop("Engineering handed it back {ago}"),
    "escalation.returned": gettext_noop("Engineering returned it with reasons {ago}"),
    "escalation.asked": gettext_noop("{name} has a question, {ago}"),
    "question.answered": gettext_noop("{name} answered a question {ago}"),
    "message.received": gettext_noop("{name} wrote {ago}"),
    "handoff.made": gettext_noop("{name} handed it off {ago}"),
    "handoff.declined": gettext_noop("{name} did not take the hand-off, {ago}"),
    "handoff.taken_back": gettext_noop("{name} took the hand-off back, {ago}"),
    "readback.answered": gettext_noop("{name} answered the read-back {ago}"),
    "verification.made": gettext_noop("{name} said whether it works, {ago}"),
    "closure.reopened": gettext_noop("{name} opened it again {ago}"),
    "snooze.ended": gettext_noop("Snooze ended: {what}, {ago}"),
}


def tell(places: Iterable[Place], actor: Any) -> None:
    """Say on each place what happened, in one query for all of them."""
    by_case = {place.row["pk"]: place for place in places}
    for event in _events([*by_case], actor) if by_case else ():
        place = by_case[event["case"]]
        if event["verb"] == "snooze.ended" or (place.since - event["at"]).total_seconds() < BEFORE:
            place.happened = _said(event)


def _events(cases: list[int], actor: Any) -> QuerySet:
    """Oldest first, so that the last is what stands."""
    recent = Event.objects.visible_to(actor).filter(case__in=cases, seq__gt=F("case__last_seq") - LINES)
    return recent.filter(verb__in=SAYS).order_by("case", "seq").values("case", "verb", "at", "facts", "by__name")


def _said(event: dict[str, Any]) -> str:
    facts = event["facts"]
    what = waking.woke(facts["why"], facts.get("name", "")) if event["verb"] == "snooze.ended" else ""
    name = first_name(event["by__name"] or "")
    return _(SAYS[event["verb"]]).format(name=name, what=what, ago=say.ago(event["at"]))
