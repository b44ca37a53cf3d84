"""One quiet line above the composer, from what we know of this case: rules, no model. Each kind can be turned off."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from tandem.cases.audience import Audience
from tandem.cases.models import Message
from tandem.kit import clock, say
from tandem.people.models import User
from tandem.writing.models.hint import Hint, Unhinted

MANY, LONG = 3, timedelta(hours=4)
MOST, LOOKED_AT = 20, 2000

_TIME = r"\d{1,2}(?::\d{2}|[.]\d{2})?(?:\s?(?:am|pm|uhr|o'clock)\b)|\d{1,2}:\d{2}"
_DAY = (
    r"(?:(?:this|next)\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight|noon|midnight"
    r"|(?:the\s+)?end\s+of\s+(?:the\s+)?(?:day|week|month|quarter)"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen|heute\s+abend|monatsende|wochenende"
)
_DEADLINE = re.compile(
    rf"(?:\b(?:deadline|due|go-live|meeting|launch|demo|audit|frist|termin)\b[\w\s,'’-]{{0,24}}?)?"
    rf"\b(?:by|before|until|till|at|on|bis|um|vor|am)\s+(?:{_TIME}|{_DAY})(?:\s+(?:at|um)\s+(?:{_TIME}))?"
    r"|\btonight\b|\bend of (?:the )?(?:day|week|month)\b",
    re.IGNORECASE,
)


class Told(NamedTuple):
    kind: str
    says: str


def rows(role: str, case: Any, me: int) -> Mapping[str, QuerySet]:
    """To be gathered with others; `case` is what is read on it."""
    said = Message.objects.visible_to(User(pk=me, role=role)).filter(stands_on__in=case, audience=Audience.CUSTOMER)
    newest = said.order_by("-created_at", "-pk")
    return {
        "theirs": newest.from_customer().values("created_at", said=Left("body", LOOKED_AT))[:MOST],
        "ours": newest.filter(author__isnull=False).exclude(author__role="contact").values("created_at")[:1],
        "unhinted": Unhinted.objects.filter(person=me).values("kind")[: len(Hint)],
    }


def read(told: Mapping[str, list[dict[str, Any]]]) -> list[Told]:
    """What to acknowledge first, of the kinds one has not turned off."""
    ours = max((row["created_at"] for row in told["ours"]), default="")
    unanswered = [row for row in told["theirs"] if row["created_at"] > ours]
    off = {row["kind"] for row in told["unhinted"]}
    found = {
        Hint.CONTACTS: _contacts(len(told["theirs"])) if unanswered else "",
        Hint.WAITED: _waited([row["created_at"] for row in unanswered]),
        Hint.DEADLINE: _deadline([row["said"] for row in unanswered]),
    }
    return [Told(str(kind), says) for kind, says in found.items() if says and kind not in off]


def _contacts(n: int) -> str:
    if n < MANY:
        return ""
    return _("they have written {n} times or more").format(n=n) if n >= MOST else _("their message no. {n}").format(n=n)


def _waited(times: list[str]) -> str:
    if not times or (waited := clock.now() - datetime.fromisoformat(min(times))) < LONG:
        return ""
    return _("they have waited {span}").format(span=say.duration(waited))


def _deadline(texts: list[str]) -> str:
    for text in texts:
        if found := _DEADLINE.search(text):
            return _("they mention “{words}”").format(words=" ".join(found[0].split()))
    return ""
