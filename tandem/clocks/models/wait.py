from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.models import Case
from tandem.cases.sentences import say
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.text import readable
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

say("wait.begun", gettext_lazy("Waiting for somebody outside: {words}"))
say("wait.ended", gettext_lazy("Waiting no more: {words}"))


class WaitsAlready(Refused):
    """This case waits for somebody outside already."""


class WaitsNoMore(Refused):
    """This case does not wait for anybody outside any more."""


class WaitQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(ended_at=None)


class WaitManager(models.Manager.from_queryset(WaitQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def begin(self, *, words: str, by: Any) -> "Wait":
        """case.waits.begin(words="The cloud provider, ticket 4711", by=sam). Raises `WaitsAlready`, `Invalid`."""
        by.must_be_able_to(Can.WORK)
        case = self.instance.lock()
        if self.standing().exists():
            raise WaitsAlready
        if not (words := readable(words).strip()[:200]):
            raise Invalid(_("Say whom you wait for, and for what."))
        wait = self.create(words=words, begun_by=by)
        case.record("wait.begun", by=by, wait=wait.pk, words=words)
        return wait


class Wait(models.Model):
    """Somebody outside, neither the customer nor us, must move before we can: a vendor, a carrier, an authority."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="waits")
    words = models.CharField(max_length=200)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=clock.now, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    objects = WaitManager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.UniqueConstraint("case", condition=Q(ended_at=None), name="one_standing_wait"),
            models.CheckConstraint(condition=~Q(words=""), name="wait_says_for_whom"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="wait_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @transaction.atomic
    def end(self, *, by: Any) -> None:
        """They moved, or we need them no more. Raises `WaitsNoMore`."""
        by.must_be_able_to(Can.WORK)
        case = self.case.lock()
        self.refresh_from_db()
        if self.ended_at:
            raise WaitsNoMore
        self.ended_by, self.ended_at = by, clock.now()
        self.save(update_fields=["ended_by", "ended_at"])
        case.record("wait.ended", by=by, wait=self.pk, words=self.words)
