from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from tandem.cases import ledger
from tandem.cases.audience import Audience
from tandem.cases.models import Case, hold
from tandem.communicate.models.update import Update
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.people.models import User
from tandem.people.roles import Role
from tandem.people.visibility import VisibleTo

WARNING = timedelta(minutes=30)
AT_ONCE = 1000


class PromiseInThePast(Invalid):
    """A promise is about a time still to come."""


class NotStanding(Refused):
    """Something else was promised meanwhile, or the customer heard from us."""


class PromiseQuerySet(VisibleTo):
    def standing(self) -> Self:
        """What the customer still waits for, be it broken already."""
        return self.filter(kept_at=None, withdrawn_at=None)

    def to_warn_of(self) -> Self:
        return self.standing().filter(warned_at=None, broken_at=None, warn_at__lte=clock.now(), due_at__gt=clock.now())

    def past_due(self) -> Self:
        return self.standing().filter(broken_at=None, due_at__lte=clock.now())

    def customers_share(self, actor: Any) -> Q:
        return Q(case__participants__user=actor, case__participants__left_at=None)


class PromiseManager(models.Manager.from_queryset(PromiseQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def make(self, due_at: datetime, *, by: Any, said_in: Update | None = None) -> "Promise":
        """case.promises.make(tuesday, by=sam): the customer hears from us by then. Replaces the standing one."""
        case = self.instance.lock()
        if due_at <= clock.now():
            raise PromiseInThePast
        self.standing().update(withdrawn_at=clock.now())
        owner = case.customer_owner or by
        promise = self.create(
            due_at=due_at, warn_at=_when_to_warn(clock.now(), due_at), owner=owner, made_by=by, said_in=said_in
        )
        case.reflect(next_update_at=due_at)
        case.record("promise.made", by=by, audience=Audience.CUSTOMER, promise=promise.pk, due_at=due_at.isoformat())
        return promise

    @transaction.atomic
    def keep(self, update: Update) -> None:
        """The customer heard from us: the standing promise is kept, if late."""
        for promise in self.standing().select_for_update(of=("self",)):
            promise.kept_at, promise.kept_by = clock.now(), update
            promise.save(update_fields=["kept_at", "kept_by"])
            self.instance.reflect(next_update_at=None)
            self.instance.record("promise.kept", by=update.sent_by, promise=promise.pk, late=promise.is_broken)

    @transaction.atomic
    def withdraw(self) -> None:
        """Nothing is promised any more: the case ended, or is read as part of another.

        If by now it is open again, what was promised since stands.
        """
        case = self.instance.lock()
        if case.is_open and not case.merged_into_id:
            return
        if self.standing().update(withdrawn_at=clock.now()):
            self.instance.reflect(next_update_at=None)

    @transaction.atomic
    def take_over(self, other: Case) -> None:
        """case.promises.take_over(merged): by then at the latest the customer hears from us here."""
        case = self.instance
        hold(case, other)
        there, here = other.promises.standing().first(), self.standing().first()
        if there is None or not case.is_open or (here and here.due_at <= there.due_at):
            return
        self.standing().update(withdrawn_at=clock.now())
        same = ("due_at", "warn_at", "owner", "made_by", "warned_at", "broken_at")
        self.create(**{name: getattr(there, name) for name in same})
        case.reflect(next_update_at=there.due_at)
        case.record("promise.taken_over", see=other.number, due_at=there.due_at.isoformat())

    def watch(self) -> None:
        """Warn of promises soon due and mark the broken ones, each once, however many watch."""
        for promise in self.to_warn_of().select_related("case")[:AT_ONCE]:
            _once(promise, self.to_warn_of(), Promise.warn)
        for promise in self.past_due().select_related("case")[:AT_ONCE]:
            _once(promise, self.past_due(), Promise.mark_broken)


def _once(promise: "Promise", wanted: PromiseQuerySet, act: Callable[["Promise"], None]) -> None:
    """Do it, if it is still wanted once we hold the case; whoever came second finds it done."""
    with transaction.atomic():
        promise.case.lock()
        if found := wanted.select_related("case__customer_owner", "owner").filter(pk=promise.pk).first():
            act(found)


def _when_to_warn(made_at: datetime, due_at: datetime) -> datetime:
    """Half an hour before; for short promises, when a quarter of the time is left."""
    return due_at - min(WARNING, (due_at - made_at) / 4)


class Promise(models.Model):
    """When the customer next hears from us."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="promises")
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="promises", null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    said_in = models.OneToOneField(Update, models.PROTECT, related_name="promise", null=True)
    warned_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(null=True)
    kept_by = models.ForeignKey(Update, models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = PromiseManager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint("case", condition=Q(kept_at=None, withdrawn_at=None), name="one_standing_promise"),
            models.CheckConstraint(condition=Q(kept_at=None) | Q(withdrawn_at=None), name="promise_kept_or_withdrawn"),
            models.CheckConstraint(
                condition=Q(kept_at=None, kept_by=None) | Q(kept_at__isnull=False, kept_by__isnull=False),
                name="promise_kept_by_an_update",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="promises_standing", condition=Q(kept_at=None, withdrawn_at=None)),
            models.Index(fields=["case", "-made_at"], name="promises_of_case"),
        ]

    @property
    def is_broken(self) -> bool:
        return self.broken_at is not None or (self.kept_at or clock.now()) > self.due_at

    @property
    def state(self) -> str:
        """standing, broken (and still waited for), kept, late (kept after it was due) or withdrawn."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.kept_at:
            return "late" if self.is_broken else "kept"
        return "broken" if self.is_broken else "standing"

    @transaction.atomic
    def take_back(self, *, by: Any, instead: datetime | None = None) -> None:
        """It was promised by mistake, and nobody was told in words: what was promised before stands again, if still to come.

        Raises `NotStanding`.
        """
        case = self.case.lock()
        self.refresh_from_db(fields=["kept_at", "withdrawn_at"])
        if self.state in ("kept", "late", "withdrawn") or self.said_in_id:
            raise NotStanding
        if instead and instead > clock.now():
            case.promises.make(instead, by=by)
            return
        self.withdrawn_at = clock.now()
        self.save(update_fields=["withdrawn_at"])
        case.reflect(next_update_at=None)
        case.record("promise.withdrawn", by=by, audience=Audience.CUSTOMER, promise=self.pk)

    @property
    def keeper(self) -> Any:
        """Who has to keep it: the customer owner as of now."""
        return self.case.customer_owner or self.owner

    def warn(self) -> None:
        """Little time is left."""
        self.warned_at = clock.now()
        self.save(update_fields=["warned_at"])
        self._tell("promise.warned", [self.keeper])

    def mark_broken(self) -> None:
        """It is past due and nobody spoke."""
        self.broken_at = clock.now()
        self.save(update_fields=["broken_at"])
        managers = User.objects.active().filter(role=Role.MANAGER)
        self._tell("promise.broken", [self.keeper, *managers.exclude(pk=self.keeper and self.keeper.pk)])

    def _tell(self, verb: str, people: list[Any]) -> None:
        """Of this only those hear whom it names; how, is theirs to say."""
        told = [person.pk for person in people if person]
        with ledger.because_of(self.case, "promise.made", promise=self.pk):
            self.case.record(verb, promise=self.pk, due_at=self.due_at.isoformat(), told=told)
