"""Where a case stands, in the customer's words: tracked like a parcel."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage, is_before
from tandem.cases.models import Ball, Case
from tandem.kit import clock, say

STEPS: list[tuple[str, str | Promise]] = [
    (Stage.SUBMIT, gettext_lazy("We received your report")),
    (Stage.INTAKE, gettext_lazy("We gather what we need to know")),
    (Stage.TRIAGE, gettext_lazy("We judge how urgent it is")),
    (Stage.INVESTIGATE, gettext_lazy("We look for the cause")),
    (Stage.ESCALATE, gettext_lazy("Our engineers work on it")),
    (Stage.RESOLVE, gettext_lazy("You check that it works")),
    (Stage.CLOSE, gettext_lazy("Closed together")),
]


def parcel(case: Case) -> list[dict[str, Any]]:
    """The road for the `parcel` macro: what is done and when, where it is, what is still ahead. One query."""
    reached = _reached(case)
    return [_step(case, stage, words, reached.get(stage)) for stage, words in STEPS if _shown(case, stage, reached)]


def next_word(case: Case) -> dict[str, Any]:
    """The sentence about when they hear from us, for the `next_word` macro."""
    if not case.is_open:
        return {
            "lead": _("Closed together"),
            "says": _("This case is closed"),
            "body": _("Write below and it opens again."),
        }
    if case.ball == Ball.CUSTOMER:
        anyway = _("You hear from us {when} in any case.").format(when=say.by(case.next_update_at))
        return {
            "lead": _("Now it is your turn"),
            "says": _("We wait for a word from you"),
            "body": anyway if case.next_update_at else "",
        }
    if case.next_update_at is None:
        return _nothing_promised(case)
    state = "broken" if case.next_update_at < clock.now() else "ok"
    return {"at": case.next_update_at, "says": say.by(case.next_update_at), "body": _keeper(case), "state": state}


def _nothing_promised(case: Case) -> dict[str, Any]:
    if is_before(case.stage, Stage.INVESTIGATE) and not case.updates.exclude(sent_by=None).exists():
        return {"says": _("soon"), "body": _("A person reads your report and tells you when you hear more.")}
    looks = (
        _("{name} looks after your case.").format(name=case.customer_owner.first_name) if case.customer_owner else ""
    )
    body = f"{looks} {_worker(case)}".strip()
    return {"says": _("as soon as there is news"), "body": body or _("Your case is open and in our hands.")}


def _keeper(case: Case) -> str:
    keeps = _("{name} keeps this promise.").format(name=case.customer_owner.first_name) if case.customer_owner else ""
    return f"{keeps} {_worker(case)}".strip()


def _worker(case: Case) -> str:
    if case.technical_owner and case.technical_owner != case.customer_owner:
        return _("{name} works on the cause.").format(name=case.technical_owner.first_name)
    return ""


def _reached(case: Case) -> dict[str, datetime]:
    """When each stage was last entered."""
    entered = case.events.filter(verb__startswith="case.entered_", audience=Audience.CUSTOMER).order_by("seq")
    times = {verb.removeprefix("case.entered_"): at for verb, at in entered.values_list("verb", "at")}
    return {Stage.SUBMIT.value: case.opened_at, **times}


def _shown(case: Case, stage: str, reached: dict[str, datetime]) -> bool:
    """A stage that was passed by is left out; the road ahead without engineers too, until they are needed."""
    if stage == case.stage or stage in reached:
        return True
    return not is_before(stage, case.stage) and stage not in (Stage.ESCALATE, Stage.INTAKE, Stage.TRIAGE)


def _step(case: Case, stage: str, words: Any, at: datetime | None) -> dict[str, Any]:
    if stage == case.stage:
        state = "here"
    else:
        state = "done" if is_before(stage, case.stage) else "ahead"
    return {"label": words, "state": state, "at": at if state != "ahead" else None}
