from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.sentences import say
from tandem.communicate.models import Kind
from tandem.intake import evidence
from tandem.investigate.models.of_case import words
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.say import moment
from tandem.people.visibility import VisibleTo
from tandem.resolve.models.answers import language_of

say("workaround.offered", gettext_lazy("Workaround offered"))
say("workaround.ended", gettext_lazy("Workaround ended: {why}"))
say("workaround.expired", gettext_lazy("A workaround has expired"))

AT_ONCE = 1000


class NoExpiry(Invalid):
    """Say until when the workaround holds, a time still to come: without it, it is not temporary."""


class AlreadyEnded(Refused):
    """This workaround has been ended already."""


class Runner(models.TextChoices):
    """Who carries the steps out."""

    CUSTOMER = "customer", gettext_lazy("Customer")
    SUPPORT = "support", gettext_lazy("Support")
    ENGINEERING = "engineering", gettext_lazy("Engineering")


class WorkaroundQuerySet(VisibleTo):
    def standing(self) -> Self:
        """Not ended, be it past its expiry."""
        return self.filter(ended_at=None)

    def holding(self) -> Self:
        return self.standing().filter(expires_at__gt=clock.now())

    def expired_unseen(self) -> Self:
        return self.standing().filter(expiry_seen_at=None, expires_at__lte=clock.now())

    def customers_share(self, actor: Any) -> Q:
        return Q(case__participants__user=actor, case__participants__left_at=None)


class WorkaroundManager(models.Manager.from_queryset(WorkaroundQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def offer(
        self,
        steps: str,
        *,
        by: Any,
        expires_at: datetime,
        risk: str = "",
        applies_if: str = "",
        runner: str = Runner.CUSTOMER,
        promise_at: datetime | None = None,
    ) -> "Workaround":
        """case.workarounds.offer("Export by month", by=sam, expires_at=friday, promise_at=tomorrow): the customer hears of it.

        `risk` and `applies_if` are words. Raises `NoExpiry`, `LookFirst`, `PromiseInThePast`, `Invalid`.
        """
        case = self.instance.lock()
        if expires_at is None or expires_at <= clock.now():
            raise NoExpiry
        evidence.must_be_enough(case)
        workaround = self.create(
            steps=words(steps, refusal=_("Say what to do.")),
            applies_if=applies_if.strip(),
            risk=risk.strip(),
            runner=runner,
            expires_at=expires_at,
            offered_by=by,
        )
        case.updates.send(workaround.letter(), by=by, kind=Kind.WORKAROUND, promise_at=promise_at)
        case.record("workaround.offered", by=by, audience=Audience.CUSTOMER, workaround=workaround.pk, runner=runner)
        return workaround

    def watch(self) -> None:
        """Mark what has expired, each once, however many watch."""
        for pk in self.expired_unseen().values_list("pk", flat=True)[:AT_ONCE]:
            with transaction.atomic():
                found = self.expired_unseen().select_for_update(of=("self",), skip_locked=True)
                if workaround := found.select_related("case").filter(pk=pk).first():
                    workaround.mark_expired()


class Workaround(models.Model):
    """Steps that let the customer go on while the cause stands. Its expiry is what makes it temporary."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="workarounds")
    steps = models.TextField()
    applies_if = models.TextField(blank=True)
    risk = models.TextField(blank=True)
    runner = models.CharField(max_length=16, choices=Runner, default=Runner.CUSTOMER)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    expiry_seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    ended_why = models.TextField(blank=True)

    objects = WorkaroundManager()

    class Meta:
        ordering = ["-offered_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(steps=""), name="workaround_says_what_to_do"),
            models.CheckConstraint(condition=Q(runner__in=Runner.values), name="workaround_runner_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("offered_at")), name="workaround_is_temporary"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="workaround_ended_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-offered_at"], name="workarounds_of_case"),
            models.Index(
                fields=["expires_at"], name="workarounds_to_expire", condition=Q(ended_at=None, expiry_seen_at=None)
            ),
        ]

    @property
    def is_expired(self) -> bool:
        return self.ended_at is None and self.expires_at <= clock.now()

    def letter(self) -> str:
        """As the customer is told, in the language of who reported the case."""
        with translation.override(language_of(self.case.reporter)):
            lead = {
                Runner.CUSTOMER: _("Until we have solved this, you can go on like this:"),
                Runner.SUPPORT: _("Until we have solved this, we in support do this for you:"),
                Runner.ENGINEERING: _("Until we have solved this, our engineers do this for you:"),
            }
            parts = [lead[Runner(self.runner)], self.steps]
            if self.applies_if:
                parts.append(_("It applies if: {words}").format(words=self.applies_if))
            if self.risk:
                parts.append(_("Mind: {words}").format(words=self.risk))
            parts.append(_("It holds until {moment}.").format(moment=moment(self.expires_at)))
        return "\n\n".join(parts)

    @transaction.atomic
    def end(self, *, by: Any, why: str) -> None:
        """workaround.end(by=sam, why="The fix is out"). Raises `AlreadyEnded`."""
        self._lock()
        if self.ended_at:
            raise AlreadyEnded
        self.ended_at, self.ended_by = clock.now(), by
        self.ended_why = words(why, refusal=_("Say why it ends."))
        self.save(update_fields=["ended_at", "ended_by", "ended_why"])
        self.case.record("workaround.ended", by=by, audience=Audience.CUSTOMER, workaround=self.pk, why=self.ended_why)

    def mark_expired(self) -> None:
        self.expiry_seen_at = clock.now()
        self.save(update_fields=["expiry_seen_at"])
        # Whoever has said that the fix works needs it no more, and nobody is called for it.
        if self.case.is_open or not self.case.resolutions.confirmed().exists():
            self.case.record("workaround.expired", workaround=self.pk, expired_at=self.expires_at.isoformat())

    def _lock(self) -> None:
        case = self.case.lock()
        self.refresh_from_db()
        self.case = case
