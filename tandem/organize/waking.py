"""What ends a snooze, and how that is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.kit import say

# What wakes a case whatever it waits for.
SPOKEN = (
    *("message.received", "message.set_aside", "message.came", "call.logged", "question.answered"),
    *("readback.answered", "verification.made", "rating.given"),
)
PROMISED, TIMED = ("promise.warned", "promise.broken"), ("clock.warned", "clock.broken")
# What wakes one that waits for engineering; who asked and takes it back has nothing to wait for any more.
ANSWERS = ("escalation.accepted", "escalation.returned", "escalation.asked", "escalation.handed_back")
BACK = ANSWERS[1:]  # with these it is support's again, whatever it waits for
WITHDRAWN = "escalation.withdrawn"
# What may bring it to the side it sleeps for.
COMES = ("ball.passed", "assignment.given")
# What people do on a case that somebody who sleeps on it may want to know of.
DONE = (
    *("message.written", "update.sent", "call.logged", "fact.noted", "question.asked", "question.answered"),
    *("hypothesis.proposed", "evidence.added", "attempt.noted", "attempt.judged", "assessment.judged"),
    *("assignment.given", "handoff.made", "handoff.accepted", "handoff.declined", "handoff.taken_back"),
    *("case.linked", "case.took_in", "workaround.offered", "workaround.expired", "resolution.proposed"),
    *("resolution.withdrawn", "verification.made", "delivery.failed", "update.held", "update.prepared"),
    *("task.done", "task.came_due"),
)


class Wakes(models.TextChoices):
    """What it waits for, besides a time. Whatever it is, it wakes for a word of the customer, a promise or a clock soon due, and
    where others bring it back: engineering, whoever passes the ball, and a new owner."""

    CUSTOMER = "customer", gettext_lazy("the customer writes")
    ENGINEERING = "engineering", gettext_lazy("engineering answers")
    PROMISE = "promise", gettext_lazy("the promise is due soon")
    CASE = "case", gettext_lazy("a linked case or a child closes")
    ANYTHING = "anything", gettext_lazy("anything happens")


class Woke(models.TextChoices):
    """Why it ended."""

    TIME = "time", gettext_lazy("its time has come")
    CUSTOMER = "customer", gettext_lazy("{name} wrote")
    ENGINEERING = "engineering", gettext_lazy("engineering answered")
    PROMISE = "promise", gettext_lazy("the promise is due soon")
    CLOCK = "clock", gettext_lazy("a clock is due soon or was not met in time")
    CASE = "case", gettext_lazy("case {name} closed")
    WITHDRAWN = "withdrawn", gettext_lazy("the escalation was withdrawn")
    NOTHING = "nothing", gettext_lazy("no linked case is left to wait for")
    ANYTHING = "anything", gettext_lazy("{name} did something here")
    TURN = "turn", gettext_lazy("{name} passed the ball")
    OWNER = "owner", gettext_lazy("{name} owns it now")
    HAND = "hand", gettext_lazy("woken by {name}")
    AGAIN = "again", gettext_lazy("{name} snoozed it anew")
    CLOSED = "closed", gettext_lazy("the case was closed")
    MERGED = "merged", gettext_lazy("it is read as part of another case")


def comes_to(side: str) -> Q:
    """Of `COMES`, those that make it this side's turn, or give it to somebody there."""
    part = "technical" if side == "engineering" else "customer"
    return Q(verb="ball.passed", facts__to=side) | Q(verb="assignment.given", facts__part=part)


def until(at: datetime | None, on: str, customer: str) -> str:
    """“until Tue 09:00”, “until Ana writes”, “until Tue 09:00, or until engineering answers”."""
    event = _event(on, customer) if on else ""
    if at is None:
        return _("until {event}").format(event=event)
    if not event:
        return _("until {at}").format(at=say.moment(at))
    return _("until {at}, or until {event}").format(at=say.moment(at), event=event)


def _event(on: str, customer: str) -> str:
    return _("{name} writes").format(name=customer) if on == Wakes.CUSTOMER else str(Wakes(on).label)


def woke(why: str, name: str) -> str:
    """“Ana Lima wrote”, “its time has come”."""
    return str(Woke(why).label).format(name=name or _("somebody"))


def began(facts: Mapping[str, Any]) -> str:
    at = datetime.fromisoformat(facts["until"]) if facts.get("until") else None
    return _as_it_stands(_("Snoozed {until}").format(until=until(at, facts["on"], _("the customer"))))


def ended(facts: Mapping[str, Any]) -> str:
    return _as_it_stands(_("Woken: {why}").format(why=woke(facts["why"], facts.get("name", ""))))


def _as_it_stands(sentence: str) -> str:
    """The ledger fills in facts between braces; a name may have some of its own."""
    return sentence.replace("{", "{{").replace("}", "}}")
