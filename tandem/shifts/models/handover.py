from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tandem.cases import ledger
from tandem.cases.models import Case
from tandem.cases.sentences import say
from tandem.kit import clock, live
from tandem.kit.errors import Invalid, NotAllowed, Refused
from tandem.people.models import Team
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo
from tandem.shifts.models.shift import Shift
from tandem.triage.models import Part

say("handover.offered", _("Handed over at shift end to {to}: {next}"))
say("handover.accepted", _("{to} took over from {giver}"))
say("handover.undone", _("Back with {giver}: taking over was undone"))
say("handover.withdrawn", _("The hand-over to {to} was taken back"))


class NothingToHandOver(Invalid):
    """Choose at least one case to hand over."""


class ToSomebodyElse(Invalid):
    """Choose one colleague or one team, not yourself."""


class NotForYou(NotAllowed):
    """Only who it is handed to can take it over, or a manager for them."""


class NotYourHandOver(NotAllowed):
    """Only who handed it over can take it back, or a manager."""


class NoLongerOffered(Refused):
    """This was taken over or taken back already."""


class Leaving(NamedTuple):
    """A case as it is left: what is to be done `next`, and a sentence more."""

    case: Case
    next: str = ""
    words: str = ""


def is_for(actor: Any) -> Q:
    """To them, or to a team of theirs."""
    return Q(to=actor) | Q(to_team__in=Team.members.through.objects.filter(user=actor).values("team"))


class HandOverQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        """Who gives, who takes, and who directs the work of others."""
        return self if actor.may(Can.DIRECT) else self.filter(Q(giver=actor) | is_for(actor))

    def newest_first(self) -> Self:
        return self.order_by("-sent_at", "-pk")

    def open(self) -> Self:
        """With a case that nobody took over yet."""
        return self.filter(Exists(Handed.objects.waiting().filter(handover=OuterRef("pk"))))


class HandOverManager(models.Manager.from_queryset(HandOverQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def offer(
        self, leaving: Iterable[Leaving], *, by: Any, to: Any = None, team: Any = None, words: str = ""
    ) -> "HandOver":
        """HandOver.objects.offer([Leaving(case, next="Tell Ana")], to=max, by=sam): nothing changes until they accept.

        It ends the shift of who gives. Raises `NothingToHandOver`, `ToSomebodyElse`.
        """
        leaving = list({each.case.pk: each for each in leaving}.values())
        if not leaving:
            raise NothingToHandOver
        if (to is None) == (team is None) or to == by:
            raise ToSomebodyElse
        since = Shift.objects.since(by)
        handover = self.create(giver=by, to=to, to_team=team, words=words.strip(), since=since)
        with ledger.at_one_stroke(len(leaving), handover=handover.pk):
            for each in leaving:
                Handed.objects.filter(handover__giver=by, case=each.case).waiting().update(withdrawn_at=clock.now())
                handover.handed.create(case=each.case, next=each.next.strip()[:300], words=each.words.strip()[:500])
                each.case.record("handover.offered", by=by, to=handover.receiver, next=each.next[:300])
        Shift.objects.end(by=by)
        return handover


class HandOver(models.Model):
    """What somebody leaves at the end of a shift, to a colleague or a team, with a read-in drawn from the ledger."""

    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="handovers_given")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="handovers_taken", null=True)
    to_team = models.ForeignKey(Team, models.PROTECT, related_name="handovers", null=True)
    words = models.TextField(blank=True, max_length=10_000)
    since = models.DateTimeField()
    sent_at = models.DateTimeField(default=clock.now, editable=False)

    objects = HandOverManager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to=None, to_team__isnull=False) | Q(to__isnull=False, to_team=None),
                name="hand_over_to_one_colleague_or_one_team",
            )
        ]

    @property
    def receiver(self) -> str:
        return self.to.name if self.to else str(self.to_team)

    def may_take(self, actor: Any) -> bool:
        if self.to_id:
            return actor.pk == self.to_id
        return actor.pk != self.giver_id and actor.teams.filter(pk=self.to_team_id).exists()

    @transaction.atomic
    def accept(self, cases: "Iterable[Handed] | None" = None, *, by: Any) -> int:
        """Take over all that waits, or only these: owners and ball move now. Returns how many moved.

        A manager may say so for the colleague it is meant for: it takes effect at once. Raises `NotForYou`.
        """
        taker = by if self.may_take(by) else self.to
        if taker is None or (taker != by and not by.may(Can.DIRECT)):
            raise NotForYou
        waiting = self.handed.waiting().select_related("case") if cases is None else cases
        taken = list(waiting)
        with ledger.at_one_stroke(len(taken), handover=self.pk):
            for handed in taken:
                handed.take(taker, by=by)
        self.readers.note(by=by)
        if taker == by:
            Shift.objects.begin(by=by)
        return len(taken)

    @transaction.atomic
    def withdraw(self, *, by: Any) -> None:
        """What nobody took over stays with who gave it. Raises `NotYourHandOver`."""
        if by != self.giver and not by.may(Can.DIRECT):
            raise NotYourHandOver
        waiting = list(self.handed.waiting().select_related("case"))
        with ledger.at_one_stroke(len(waiting), handover=self.pk):
            for handed in waiting:
                handed.withdraw(by=by)


class HandedQuerySet(models.QuerySet["Handed"]):
    def waiting(self) -> Self:
        return self.filter(accepted_at=None, withdrawn_at=None)


class Handed(models.Model):
    """One case of a hand-over. `moved` are the parts that went to who took it over, so that it can be undone."""

    handover = models.ForeignKey(HandOver, models.CASCADE, related_name="handed")
    case = models.ForeignKey(Case, models.PROTECT, related_name="handed")
    next = models.CharField(max_length=300, blank=True)
    words = models.CharField(max_length=500, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    moved = models.JSONField(default=list)

    objects = HandedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("handover", "case", name="a_case_once_in_a_hand_over"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="handed_case_is_taken_or_withdrawn"
            ),
        ]
        indexes = [
            models.Index(
                fields=["handover"], name="handed_and_waiting", condition=Q(accepted_at=None, withdrawn_at=None)
            )
        ]

    @property
    def is_waiting(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None

    def take(self, taker: Any, *, by: Any) -> None:
        """The parts and the ball of who gave it are the taker's now. Raises `NoLongerOffered`, `CannotOwn`."""
        case, giver = self._hold(), self.handover.giver
        if not self.is_waiting:
            raise NoLongerOffered
        why = _("handed over by {name} at shift end").format(name=giver.name)
        self.moved = [part for part in Part.values if getattr(case, f"{part}_owner_id") == giver.pk]
        holds_ball = case.ball_holder_id == giver.pk
        for part in self.moved:
            case.assignments.give(part, to=taker, by=by, why=why)
        if holds_ball:
            case.pass_ball(case.ball, by=by, holder=taker, team=case.ball_team)
            self.moved.append("ball")
        self.accepted_by, self.accepted_at = taker, clock.now()
        self.save(update_fields=["accepted_by", "accepted_at", "moved"])
        case.record("handover.accepted", by=by, handover=self.handover_id, to=taker.name, giver=giver.name)

    def withdraw(self, *, by: Any) -> None:
        """Unless somebody took it over meanwhile."""
        case = self._hold()
        if not self.is_waiting:
            return
        self.withdrawn_at = clock.now()
        self.save(update_fields=["withdrawn_at"])
        case.record("handover.withdrawn", by=by, handover=self.handover_id, to=self.handover.receiver)

    @transaction.atomic
    def undo(self, *, by: Any) -> None:
        """Back to who gave it, and offered again. Raises `NotForYou`, `NoLongerOffered`."""
        case, giver, taker = self._hold(), self.handover.giver, self.accepted_by
        if by not in (taker, giver) and not by.may(Can.DIRECT):
            raise NotForYou
        if taker is None:
            raise NoLongerOffered
        for part in [part for part in self.moved if part != "ball" and getattr(case, f"{part}_owner_id") == taker.pk]:
            case.assignments.give(part, to=giver, by=by)
        if "ball" in self.moved and case.ball_holder_id == taker.pk:
            case.pass_ball(case.ball, by=by, holder=giver, team=case.ball_team)
        self.accepted_by, self.accepted_at, self.moved = None, None, []
        self.save(update_fields=["accepted_by", "accepted_at", "moved"])
        case.record("handover.undone", by=by, handover=self.handover_id, giver=giver.name)

    def _hold(self) -> Case:
        case = self.case.lock()
        self.refresh_from_db(fields=["accepted_by", "accepted_at", "withdrawn_at", "moved"])
        return case


class ReadingManager(models.Manager["Reading"]):
    def note(self, *, by: Any) -> None:
        """handover.readers.note(by=max): they have read it, once."""
        _reading, is_first = self.get_or_create(person=by)
        if is_first:
            live.say(live.Word("queue", ("queue",), "support"))


class Reading(models.Model):
    """Somebody read a hand-over."""

    handover = models.ForeignKey(HandOver, models.CASCADE, related_name="readers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    objects = ReadingManager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint("handover", "person", name="a_hand_over_is_read_once")]
