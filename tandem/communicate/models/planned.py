from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject, Left
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tandem.cases import ledger
from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case, Channel, Message
from tandem.communicate.models.addressing import Addressed
from tandem.communicate.models.promise import PromiseInThePast
from tandem.communicate.models.update import Update
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.files import Stored
from tandem.kit.files.fields import StoredFiles
from tandem.kit.later import asked_for, later
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo
from tandem.writing.news import SHOWN

# So long after its time we look whether anybody works on it, and so long after it we give up.
LATE, GIVEN_UP = timedelta(minutes=10), timedelta(days=1)
MOST_AT_ONCE = 100


class LeftAlready(Refused):
    """This has left already: the customer can read it."""


class NotToCome(Invalid):
    """It can only leave at a time still to come."""


class PlannedUpdateQuerySet(VisibleTo):
    def waiting(self) -> Self:
        """Neither left nor withdrawn; what is held waits, too."""
        return self.filter(update=None, withdrawn_at=None)

    def with_news(self) -> Self:
        """With `is_overtaken`: something was said to or by the customer since it was written; `overtaken_by` is the last."""
        said = Message.objects.filter(stands_on=OuterRef("case"), audience=Audience.CUSTOMER)
        since = said.filter(created_at__gt=OuterRef("planned_at")).order_by("-created_at", "-pk")
        told = JSONObject(message="pk", at="created_at", who="author__name", words=Left("body", SHOWN))
        return self.annotate(is_overtaken=Exists(since), overtaken_by=Subquery(since.values(told=told)[:1]))


class PlannedUpdateManager(models.Manager.from_queryset(PlannedUpdateQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def plan(
        self,
        text: str,
        *,
        by: Any,
        leaves_at: datetime,
        promise_at: datetime | None = None,
        ball: str | None = None,
        channel: str = Channel.DESK,
        files: Iterable[Stored] = (),
        addressed: Addressed | None = None,
    ) -> "PlannedUpdate":
        """case.planned_updates.plan("…", by=sam, leaves_at=monday): it leaves then, as `case.updates.send` says it.

        Until it does nobody at the customer hears or sees anything. Raises `NotToCome`, `PromiseInThePast`, `CaseIsFull`.
        """
        case: Case = self.instance.lock()
        files = list(files)
        case.messages.must_have_room(files)
        if leaves_at <= clock.now():
            raise NotToCome
        if promise_at and promise_at <= leaves_at:
            raise PromiseInThePast
        planned = self.create(
            body=text,
            planned_by=by,
            leaves_at=leaves_at,
            promise_at=promise_at,
            ball=ball or "",
            channel=channel,
            files=[list(file) for file in files],
            addressed=addressed,
        )
        case.record("update.planned", by=by, planned=planned.pk, leaves_at=leaves_at.isoformat())
        planned.ask()
        return planned

    @transaction.atomic
    def prepare(self, text: str, *, by: Any, promise_at: datetime | None = None) -> "PlannedUpdate":
        """Words that an act put together: they leave when a person who read them says so, and never by themselves."""
        case: Case = self.instance.lock()
        now = clock.now()
        planned = self.create(
            body=text,
            planned_by=by,
            planned_at=now,
            prepared_at=now,
            leaves_at=now + GIVEN_UP,
            promise_at=promise_at,
            held_why=_("It was prepared from a template: somebody reads it and lets it leave."),
            channel=Channel.DESK,
        )
        case.record("update.prepared", by=by, planned=planned.pk)
        return planned

    def watch(self) -> None:
        """What should have left is asked for again if nobody works on it, and after a day held, so that somebody sees it."""
        late = self.waiting().filter(held_why="", leaves_at__lt=clock.now() - LATE)
        keys = list(late.values_list("pk", flat=True)[:MOST_AT_ONCE])
        worked_on = asked_for(lock_of(pk) for pk in keys)
        for pk in keys:
            self._look_after(pk, is_worked_on=lock_of(pk) in worked_on)

    @transaction.atomic
    def _look_after(self, pk: int, *, is_worked_on: bool) -> None:
        planned = self._held(pk)
        if planned and planned.leaves_at < clock.now() - GIVEN_UP:
            planned.hold(_("It could not leave for a day. The log of the worker says why."))
        elif planned and not is_worked_on:
            planned.ask()

    @transaction.atomic
    def leave(self, pk: int) -> None:
        """Its time has come; nothing happens if it left or was withdrawn meanwhile."""
        planned = self._held(pk)
        if planned and planned.leaves_at > clock.now():
            planned.ask()
        elif planned:
            planned.leave()

    def _held(self, pk: int) -> "PlannedUpdate | None":
        """With its case, which whoever takes both takes first; None if it left, waits for somebody or was withdrawn meanwhile."""
        Case.objects.filter(planned_updates=pk).select_for_update(of=("self",), no_key=True).order_by().first()
        rows = self.waiting().select_for_update(of=("self",)).select_related("case", "planned_by")
        return rows.filter(pk=pk, held_why="").first()


def lock_of(pk: int) -> str:
    """The name of the jobs of one of them, of which one runs at a time."""
    return f"planned:{pk}"


class PlannedUpdate(models.Model):
    """An update before it leaves. It is no message yet, so that it can be taken back and no page of a customer has it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="planned_updates")
    body = models.TextField()
    files = StoredFiles(default=list, help_text=_lazy("Stored files, as `kit.files.Stored` names them."))
    addressed = models.JSONField(
        null=True, help_text=_lazy("Places by participant; null: everybody who takes part then.")
    )
    promise_at = models.DateTimeField(null=True)
    ball = models.CharField(max_length=16, blank=True)
    channel = models.CharField(max_length=16, choices=Channel)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=clock.now, editable=False)
    prepared_at = models.DateTimeField(null=True, editable=False)
    leaves_at = models.DateTimeField()
    held_why = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    update = models.OneToOneField(Update, models.PROTECT, related_name="planned", null=True)

    objects = PlannedUpdateManager()

    class Meta:
        ordering = ["leaves_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(update=None) | Q(withdrawn_at=None), name="planned_left_or_withdrawn"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="planned_withdrawn_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["case", "leaves_at"],
                name="planned_updates_waiting",
                condition=Q(update=None, withdrawn_at=None),
            )
        ]

    @property
    def stored(self) -> list[Stored]:
        return [Stored(*told) for told in self.files]

    @property
    def places(self) -> dict[int, str] | None:
        """JSON knows only words as keys."""
        return None if self.addressed is None else {int(pk): place for pk, place in self.addressed.items()}

    def ask(self) -> None:
        later("communicate.leave", lock=lock_of(self.pk), at=self.leaves_at, planned_id=self.pk)

    @transaction.atomic
    def withdraw(self, *, by: Any) -> None:
        """It does not leave. The words stay here, for whoever wants to go on with them. Raises `LeftAlready`."""
        self.case.lock()
        held = PlannedUpdate.objects.select_for_update().get(pk=self.pk)
        if held.update_id:
            raise LeftAlready
        if held.withdrawn_at:
            return
        self.withdrawn_at, self.withdrawn_by = clock.now(), by
        self.save(update_fields=["withdrawn_at", "withdrawn_by"])
        self.case.record("update.withdrawn", by=by, planned=self.pk)

    @transaction.atomic
    def leave_now(self, *, by: Any) -> None:
        """Whoever says so has read what came meanwhile, so nothing holds it but the right to speak. Raises `LeftAlready`."""
        self.case.lock()
        held = PlannedUpdate.objects.select_for_update().get(pk=self.pk)
        if held.update_id or held.withdrawn_at:
            raise LeftAlready
        if self.promise_at and self.promise_at <= clock.now():
            raise PromiseInThePast
        self._send(by=by)

    def leave(self) -> None:
        if why := self._why_held():
            self.hold(why)
            return
        try:
            with transaction.atomic():
                self._send(by=self.planned_by, same=("run", ledger.BY_RULE))
        except Refused as refusal:
            self.hold(refusal.sentence)

    def _why_held(self) -> str:
        if not self.planned_by.may(Can.SPEAK):
            return _("{name} may not speak to customers any more.").format(name=self.planned_by.name)
        if self.case.stage == Stage.CLOSE and self.case.stage_since > self.planned_at:
            return _("The case was closed meanwhile.")
        if self.promise_at and self.promise_at <= clock.now():
            return _("The time it promises has passed.")
        return ""

    def hold(self, why: str) -> None:
        self.held_why = why[:300]
        self.save(update_fields=["held_why"])
        self.case.record("update.held", planned=self.pk, why=self.held_why)

    def _send(self, *, by: Any, same: Sequence[str] = ("run",)) -> None:
        # What older versions prepared was written down as planned.
        with ledger.because_of(self.case, "update.planned", "update.prepared", same=same, planned=self.pk):
            self.update = self.case.updates.send(
                self.body,
                by=by,
                promise_at=self.promise_at,
                ball=Ball(self.ball) if self.ball else None,
                channel=self.channel,
                files=self.stored,
                addressed=self.places,
            )
        self.save(update_fields=["update"])
