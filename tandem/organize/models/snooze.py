from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases import ledger
from tandem.cases.models import Case, Event, Link
from tandem.cases.models.event import RULED
from tandem.cases.sentences import say
from tandem.kit import clock
from tandem.kit.addresses import url
from tandem.kit.errors import Invalid, Refused
from tandem.kit.later import later
from tandem.organize import waking
from tandem.organize.waking import ANSWERS, BACK, DONE, PROMISED, SPOKEN, TIMED, WITHDRAWN, Wakes, Woke, comes_to
from tandem.people.visibility import VisibleTo

say("snooze.began", waking.began, in_general=gettext_lazy("Snoozed"))
say("snooze.ended", waking.ended, in_general=gettext_lazy("Woken"))

LONGEST = timedelta(days=366)
FAR = datetime(9999, 1, 1, tzinfo=UTC)
"""What a case says of its snooze that has no time, for lists."""


class NothingToSnooze(Refused):
    """This case is closed or read as part of another: nothing is left to do on it."""


class NoTimeToSnooze(Invalid):
    """Say until when, or until what happens: a time still to come, at most a year ahead."""


class NothingWouldWakeIt(Invalid):
    """Nothing is promised and no case is linked that this could wait for."""


class PromiseIsDue(Refused):
    """The promise of this case is due soon or broken. Tell the customer first when they hear from you."""


class AwakeAlready(Refused):
    """This case is awake already."""


class SnoozeQuerySet(VisibleTo):
    """For colleagues: that nobody looks now is nothing to tell a customer."""

    def standing(self) -> Self:
        return self.filter(ended_at=None)

    def due(self) -> Self:
        return self.standing().filter(until__lte=clock.now())


class SnoozeManager(models.Manager.from_queryset(SnoozeQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def put_off(self, *, by: Any, until: datetime | None = None, on: str = "", whose: Any = None) -> "Snooze":
        """case.snoozes.put_off(by=sam, until=tuesday, on=Wakes.CUSTOMER): out of sight of his side until then or that, whichever is first.

        Replaces the standing one. `whose` it is, where another brings it back: they are told. Raises `NothingToSnooze`, `NoTimeToSnooze`, `NothingWouldWakeIt`, `PromiseIsDue`.
        """
        case = self.instance.lock()
        self._must_be_possible(until, on)
        if standing := self.standing().first():
            standing.give_way(by=by)
        snooze: Snooze = self.create(until=until, on=on, begun_by=whose or by)
        case.reflect(snoozed_until=until or FAR, snoozed_side=snooze.begun_by.side)
        told = {"until": until and until.isoformat(), "on": on, "side": snooze.begun_by.side}
        case.record("snooze.began", by=by, snooze=snooze.pk, **told)
        if until:
            later("organize.wake", at=until, snooze_id=snooze.pk)
        return snooze

    def bring_back(self, former: int, *, by: Any) -> None:
        """The one with this id, as it was and whose it was; not where what ends it came meanwhile. Raises as `put_off` does."""
        snooze = self.filter(pk=former).select_related("begun_by").first()
        if snooze is None or snooze.has_missed():
            raise NothingToSnooze
        self.put_off(by=by, until=snooze.until, on=snooze.on, whose=snooze.begun_by)

    def _must_be_possible(self, until: datetime | None, on: str) -> None:
        case: Case = self.instance
        if not case.is_open or case.merged_into_id:
            raise NothingToSnooze
        if (until is None and not on) or (on and on not in Wakes.values):
            raise NoTimeToSnooze
        if until and not clock.now() < until <= clock.now() + LONGEST:
            raise NoTimeToSnooze
        self._must_have_something_to_wake_it(until, on)

    def _must_have_something_to_wake_it(self, until: datetime | None, on: str) -> None:
        case, promise = self.instance, self.instance.promises.standing().first()
        if promise and promise.warn_at <= clock.now():
            refusal = PromiseIsDue()
            refusal.way_on = (f"{url('case', case.number)}?open=promise#panel-promise", _("To the promise"))
            raise refusal
        if until is None and on == Wakes.PROMISE and promise is None:
            raise NothingWouldWakeIt
        if until is None and on == Wakes.CASE and not Link.objects.standing().of(case).exists():
            raise NothingWouldWakeIt


class Snooze(models.Model):
    """A case one side need not look at until a time comes or something happens."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="snoozes")
    until = models.DateTimeField(null=True)
    on = models.CharField(max_length=16, choices=Wakes, blank=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=clock.now, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=16, choices=Woke, blank=True)
    ended_name = models.CharField(max_length=120, blank=True, help_text="Who or what ended it.")

    objects = SnoozeManager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.UniqueConstraint("case", condition=Q(ended_at=None), name="one_standing_snooze"),
            models.CheckConstraint(condition=Q(until__isnull=False) | ~Q(on=""), name="something_ends_a_snooze"),
            models.CheckConstraint(condition=Q(on__in=["", *Wakes.values]), name="snooze_event_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | Q(ended_at__isnull=False, ended_why__in=Woke.values),
                name="a_snooze_ends_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-begun_at"], name="snoozes_of_case"),
            models.Index(fields=["until"], name="snoozes_by_time", condition=Q(ended_at=None)),
            models.Index(fields=["begun_by", "until"], name="snoozes_of_person", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return waking.until(self.until, self.on, self.case.reporter.first_name)

    def has_missed(self) -> bool:
        """Whether since it ended there came what would have ended it."""
        since = Event.objects.filter(at__gt=self.ended_at)
        here = since.filter(case=self.case_id)
        of_others = ~Q(by=self.begun_by) | RULED
        ends = Q(verb__in=[*SPOKEN, *PROMISED, *TIMED])
        ends |= (Q(verb__in=BACK) | comes_to(self.begun_by.side)) & of_others
        if self.on in (Wakes.ENGINEERING, Wakes.ANYTHING):
            ends |= Q(verb__in=[*ANSWERS, WITHDRAWN])
        if self.on == Wakes.ANYTHING:
            ends |= Q(verb__in=DONE) & of_others
        linked = [link.seen_from(self.case).pk for link in Link.objects.standing().of(self.case)]
        closed = self.on in (Wakes.CASE, Wakes.ANYTHING) and since.filter(case__in=linked, verb="closure.made").exists()
        return closed or here.filter(ends).exists()

    @property
    def woke(self) -> str:
        """Why it ended, in words."""
        return waking.woke(self.ended_why, self.ended_name)

    @transaction.atomic
    def wake(self, why: str = Woke.HAND, *, by: Any = None, name: str = "") -> None:
        """snooze.wake(by=sam): it is to be looked at again. Raises `AwakeAlready`."""
        case = self.case.lock()
        self.refresh_from_db(fields=["ended_at"])
        if self.ended_at:
            raise AwakeAlready
        self.note_end(why, by=by, name=name)
        case.reflect(snoozed_until=None, snoozed_side="")
        with ledger.because_of(case, "snooze.began", snooze=self.pk):
            case.record("snooze.ended", by=by, snooze=self.pk, why=why, name=self.ended_name, told=self.begun_by_id)

    def give_way(self, *, by: Any) -> None:
        """To another one. Whoever put it off is told, if it was not they who do it again."""
        self.note_end(Woke.AGAIN, by=by)
        if self.begun_by_id != by.pk:
            name, told = self.ended_name, self.begun_by_id
            self.case.record("snooze.ended", by=by, snooze=self.pk, why=Woke.AGAIN, name=name, told=told)

    def note_end(self, why: str, *, by: Any, name: str = "") -> None:
        self.ended_at, self.ended_by, self.ended_why = clock.now(), by, why
        self.ended_name = name or (by.name if by else "")
        self.save(update_fields=["ended_at", "ended_by", "ended_why", "ended_name"])
