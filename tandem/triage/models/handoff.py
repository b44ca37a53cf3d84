from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Ball, Case
from tandem.cases.sentences import say
from tandem.kit import clock
from tandem.kit.errors import Invalid, NotAllowed, Refused
from tandem.people.models import Team
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo
from tandem.triage.models.assignment import Part

say("handoff.made", _("Handed off to {team}: {reason}"), in_general=_("Handed off to another team"))
say("handoff.accepted", _("{team} accepted the hand-off"), in_general=_("A team accepted the hand-off"))
say("handoff.declined", _("{team} declined the hand-off: {why}"), in_general=_("A team declined the hand-off"))
say("handoff.taken_back", _("The hand-off to {team} was taken back: {why}"), in_general=_("A hand-off was taken back"))


class AlreadyHandedOff(Refused):
    """This case waits for another team already; they accept or decline first."""


class NotForEngineering(Refused):
    """Engineering is asked by an escalation, with all that is known; hand off what is not technical."""


class NobodyThere(Refused):
    """Nobody is in that team, so nobody would ever answer."""


class ReasonMissing(Invalid):
    """Say in a sentence why it goes there."""


class NotYours(NotAllowed):
    """Only somebody of the team it was handed to can do this."""


class NoLongerWaiting(Refused):
    """This hand-off was answered already."""


class HandOffQuerySet(VisibleTo):
    def waiting(self) -> Self:
        return self.filter(accepted_at=None, declined_at=None)

    def not_declined(self) -> Self:
        """Waiting or accepted: the case goes, or went, another way."""
        return self.filter(declined_at=None)

    def on_watch_of(self, person: Any) -> Self:
        """What this person handed off and nobody has accepted: still theirs to follow."""
        return self.waiting().filter(handed_by=person)

    def knowing(self, actor: Any) -> Self:
        """With `is_mine`: whether this person is of the team it was handed to."""
        return self.annotate(is_mine=Exists(actor.teams.filter(pk=OuterRef("to_team"))))


class HandOffManager(models.Manager.from_queryset(HandOffQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def hand_to(self, team: Team, *, reason: str, by: Any) -> "HandOff":
        """case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam): same number, same promise.

        It stays on the sender's watch until somebody there accepts. Raises `AlreadyHandedOff`, `NotForEngineering`,
        `NobodyThere`, `ReasonMissing`.
        """
        case = self.instance.lock()
        if self.waiting().exists():
            raise AlreadyHandedOff
        if team.kind == Team.Kind.ENGINEERING:
            raise NotForEngineering
        if not team.members.active().exists():
            raise NobodyThere
        if not reason.strip():
            raise ReasonMissing
        handoff = self.create(to_team=team, reason=reason.strip(), handed_by=by)
        case.record("handoff.made", by=by, handoff=handoff.pk, team=team.name, reason=handoff.reason)
        case.pass_ball(Ball.SUPPORT, by=by, team=team)
        return handoff


class HandOff(models.Model):
    """A case that is not technical, on its way to another team."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="handoffs")
    to_team = models.ForeignKey(Team, models.PROTECT, related_name="handoffs")
    reason = models.CharField(max_length=500)
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handed_at = models.DateTimeField(default=clock.now, editable=False)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    accepted_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    declined_at = models.DateTimeField(null=True)
    why_declined = models.CharField(max_length=500, blank=True)
    taken_back = models.BooleanField(default=False, db_default=False, help_text="Declined by us, not by the team.")

    objects = HandOffManager()

    class Meta:
        ordering = ["handed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "case", condition=Q(accepted_at=None, declined_at=None), name="one_waiting_hand_off"
            ),
            models.CheckConstraint(condition=Q(accepted_at=None) | Q(declined_at=None), name="hand_off_answered_once"),
        ]
        indexes = [
            models.Index(
                fields=["handed_by", "handed_at"],
                name="hand_offs_on_watch",
                condition=Q(accepted_at=None, declined_at=None),
            )
        ]

    @property
    def is_waiting(self) -> bool:
        return self.accepted_at is None and self.declined_at is None

    @transaction.atomic
    def accept(self, *, by: Any) -> None:
        """It is theirs now. Who accepts and may speak to customers keeps the promise from here on."""
        self._hold()
        self._must_be_of_the_team(by)
        self.accepted_by, self.accepted_at = by, clock.now()
        self.save(update_fields=["accepted_by", "accepted_at"])
        self.case.record("handoff.accepted", by=by, handoff=self.pk, team=self.to_team.name)
        self.case.pass_ball(Ball.SUPPORT, by=by, holder=by, team=self.to_team)
        if by.may(Can.SPEAK):
            self.case.assignments.give(Part.CUSTOMER, to=by, by=by)

    @transaction.atomic
    def decline(self, *, why: str, by: Any) -> None:
        """Back to who handed it off, with a reason; who handed it off takes it back the same way."""
        if by == self.handed_by and not self._has(by):
            self._return(why, by=by, past="taken_back")
            return
        self._must_be_of_the_team(by)
        self._return(why, by=by, past="declined")

    @transaction.atomic
    def take_back(self, *, why: str, by: Any) -> None:
        """Somebody who steers says that it should not have been handed off."""
        by.must_be_able_to(Can.STEER)
        self._return(why, by=by, past="taken_back")

    def _return(self, why: str, *, by: Any, past: str) -> None:
        self._hold()
        if not why.strip():
            raise ReasonMissing
        self.declined_by, self.declined_at, self.why_declined = by, clock.now(), why.strip()
        self.taken_back = past == "taken_back"
        self.save(update_fields=["declined_by", "declined_at", "why_declined", "taken_back"])
        self.case.record(f"handoff.{past}", by=by, handoff=self.pk, team=self.to_team.name, why=self.why_declined)
        self.case.pass_ball(Ball.SUPPORT, by=by, holder=self.handed_by)

    def _hold(self) -> None:
        self.case.lock()
        self.refresh_from_db(fields=["accepted_at", "declined_at"])
        if not self.is_waiting:
            raise NoLongerWaiting

    def _must_be_of_the_team(self, person: Any) -> None:
        if not self._has(person):
            raise NotYours

    def _has(self, person: Any) -> bool:
        return bool(person.teams.filter(pk=self.to_team_id).exists())
