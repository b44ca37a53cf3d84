"""What people are told of, which lines of the ledger that is, by which ways, and for which reasons."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a person can want to be told of, or not."""

    PROMISE = "promise", _("A promise I keep is soon due, or broke")
    CLOCK = "clock", _("A time we agreed on is soon over, or is over")
    MENTIONED = "mentioned", _("Somebody mentions me or my team")
    GIVEN = "given", _("A case is given to me, my team is asked, or what I snoozed is back")
    CUSTOMER = "customer", _("The customer writes, answers or judges")
    PROGRESS = "progress", _("Engineering or another team answers")
    TROUBLE = "trouble", _("Something did not work, such as a mail that did not arrive")
    NOTE = "note", _("A colleague writes")
    END = "end", _("The case ends, opens again or is merged")


class Way(models.TextChoices):
    """How one is told."""

    DESK = "desk", _("Desk")
    PUSH = "push", _("Browser")
    MAIL = "mail", _("Mail")


class Reason(models.TextChoices):
    """Why somebody is told, the strongest first: of several that hold, the first stands on the notice."""

    MENTIONED = "mentioned", _("{by} mentioned you")
    TOLD = "told", _("{by} wants you to know")
    GIVEN = "given", _("{by} gave it to you")
    SNOOZED = "snoozed", _("You snoozed it, and it is back")
    OWNER = "owner", _("You own it")
    CLOCK = "clock", _("You or your team can meet it")
    ASKED = "asked", _("You asked for it")
    TEAM_MENTIONED = "team_mentioned", _("{by} mentioned your team {team}")
    TEAM = "team", _("Your team {team} is asked")
    WATCHING = "watching", _("You watch it")
    ONCE_MENTIONED = "once_mentioned", _("You watch it since you were mentioned")
    TOOK_PART = "took_part", _("You watch it since you took part")
    MANAGER = "manager", _("Managers hear of what broke")


RANK = {reason.value: place for place, reason in enumerate(Reason)}

KIND_OF: dict[str, Kind] = {
    "promise.warned": Kind.PROMISE,
    "promise.broken": Kind.PROMISE,
    "assignment.given": Kind.PROGRESS,
    "escalation.requested": Kind.PROGRESS,
    "handoff.made": Kind.PROGRESS,
    "message.received": Kind.CUSTOMER,
    "message.set_aside": Kind.CUSTOMER,
    "readback.answered": Kind.CUSTOMER,
    "verification.made": Kind.CUSTOMER,
    "rating.given": Kind.CUSTOMER,
    "escalation.accepted": Kind.PROGRESS,
    "escalation.returned": Kind.PROGRESS,
    "escalation.asked": Kind.PROGRESS,
    "escalation.handed_back": Kind.PROGRESS,
    "handoff.accepted": Kind.PROGRESS,
    "handoff.declined": Kind.PROGRESS,
    "handoff.taken_back": Kind.PROGRESS,
    "resolution.proposed": Kind.PROGRESS,
    "question.answered": Kind.PROGRESS,
    "delivery.failed": Kind.TROUBLE,
    "contact.mail_stopped": Kind.TROUBLE,
    "update.held": Kind.TROUBLE,
    "attachment.held_back": Kind.TROUBLE,
    "workaround.expired": Kind.TROUBLE,
    "clock.warned": Kind.CLOCK,
    "clock.broken": Kind.CLOCK,
    "task.came_due": Kind.CLOCK,
    "task.added": Kind.GIVEN,
    "task.given": Kind.GIVEN,
    "update.prepared": Kind.GIVEN,
    "handover.offered": Kind.GIVEN,
    "handover.accepted": Kind.PROGRESS,
    "snooze.ended": Kind.GIVEN,
    "colleague.told": Kind.MENTIONED,
    "message.written": Kind.NOTE,
    "closure.made": Kind.END,
    "closure.reopened": Kind.END,
    "case.merged": Kind.END,
    "case.unmerged": Kind.END,
}
# Of these only those hear whom the event itself names.
ONLY_NAMED = (
    "promise.warned",
    "promise.broken",
    "clock.warned",
    "clock.broken",
    "task.came_due",
    "task.added",
    "task.given",
    "update.prepared",
    "handover.offered",
    "handover.accepted",
    "snooze.ended",
    "colleague.told",
)
# For these reasons it is told as another kind than its verb says.
KIND_FOR: dict[str, Kind] = {
    Reason.MENTIONED: Kind.MENTIONED,
    Reason.TOLD: Kind.MENTIONED,
    Reason.TEAM_MENTIONED: Kind.MENTIONED,
    Reason.GIVEN: Kind.GIVEN,
    Reason.TEAM: Kind.GIVEN,
}
# These are told also where a case is muted: a word to you, and a promise that is yours.
NEVER_MUTED: list[tuple[str, str]] = [
    (Reason.MENTIONED, Kind.MENTIONED),
    (Reason.TOLD, Kind.MENTIONED),
    (Reason.OWNER, Kind.PROMISE),
]

D, P, M = Way.DESK, Way.PUSH, Way.MAIL
DEFAULTS: dict[Kind, set[Way]] = {
    Kind.PROMISE: {D, P, M},
    Kind.CLOCK: {D, P, M},
    Kind.MENTIONED: {D, P, M},
    Kind.GIVEN: {D, P, M},
    Kind.CUSTOMER: {D, M},
    Kind.PROGRESS: {D, M},
    Kind.TROUBLE: {D, M},
    Kind.NOTE: {D},
    Kind.END: {D},
}
