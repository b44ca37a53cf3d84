"""What is agreed, in plain values: kinds of clocks, what they stand still for, targets, and hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from tandem.clocks.worktime import Hours


class Kind(models.TextChoices):
    FIRST_ANSWER = "first_answer", _("First answer")
    NEXT_ANSWER = "next_answer", _("Next answer")
    RESOLUTION = "resolution", _("Resolution")
    ACCEPT = "accept", _("Team accepts or returns")
    HAND_BACK = "hand_back", _("Team hands back")


OF_CASE = (Kind.FIRST_ANSWER, Kind.NEXT_ANSWER, Kind.RESOLUTION)
OF_TEAM = (Kind.ACCEPT, Kind.HAND_BACK)


class Reason(models.TextChoices):
    """Why a clock stands still."""

    CUSTOMER = "customer", _("the ball is with the customer")
    VERIFICATION = "verification", _("the customer is checking a solution")
    HOLD = "hold", _("the customer holds still for us")
    SNOOZED = "snoozed", _("the case is snoozed")
    VENDOR = "vendor", _("we wait for somebody outside")
    SUPPORT = "support", _("the ball is with support")
    CLOSED = "closed", _("the case was closed")
    MERGED = "merged", _("the case was read as part of another")


ALWAYS = frozenset([Reason.CLOSED, Reason.MERGED])
CHOSEN_OF_CASE = (Reason.CUSTOMER, Reason.VERIFICATION, Reason.HOLD, Reason.SNOOZED, Reason.VENDOR)
CHOSEN_OF_TEAM = (Reason.SUPPORT, *CHOSEN_OF_CASE)


@dataclass(frozen=True)
class Agreement:
    """One version of a policy. `targets` are seconds by kind and priority, 0 for a case nobody has judged."""

    pk: int
    name: str
    number: int
    rule: str
    calendar: str
    hours: Hours
    targets: Mapping[str, Mapping[int, int]] = field(hash=False)
    pauses: frozenset[str] = frozenset()
    warn: int = 75
    """Of the target so many percent have passed when somebody is warned."""

    def target(self, kind: str, priority: int) -> int | None:
        return self.targets.get(kind, {}).get(priority)


@dataclass(frozen=True)
class Terms:
    """What is agreed from a moment on; without an agreement, nothing."""

    since: int
    agreement: Agreement | None
    priority: int = 0

    def target(self, kind: str) -> int | None:
        return self.agreement.target(kind, self.priority) if self.agreement else None


def in_force(timeline: Iterable[Terms], at: int) -> Terms:
    """The latest that began by then; the first holds from the beginning, whenever it was chosen."""
    terms = [*timeline]
    return next((each for each in reversed(terms) if each.since <= at), terms[0])
