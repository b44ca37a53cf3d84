from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.intake import asking
from tandem.kit import clock, sealed
from tandem.kit.errors import Refused
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

PURPOSE = "collector"
MOST_FAILURES = 5
REST = timedelta(minutes=10)


class NameTaken(Refused):
    """There is a collector of this name already."""


class CollectorQuerySet(VisibleTo):
    def on(self) -> Self:
        return self.filter(is_on=True)

    def for_realm(self, realm: str) -> Self:
        """Those for every realm, and those for this one."""
        return self.filter(Q(realms=[]) | Q(realms__contains=[realm]))


class CollectorManager(models.Manager.from_queryset(CollectorQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def set_up(self, *, by: Any, known: "Collector | None" = None, secret: str | None = None, **columns: Any) -> Any:
        """Collector.objects.set_up(by=ada, name="Billing", url="https://…", pointers={"plan": "/plan"}): new, or `known` changed.

        `secret` None leaves it as it is. Raises `NameTaken`, `BadTemplate`, `NoAddress`, `Inside`.
        """
        by.must_be_able_to(Can.ADMINISTER)
        collector = known or self.model(made_by=by)
        for name, value in columns.items():
            setattr(collector, name, value)
        asking.check(collector.url)
        if self.filter(name=collector.name).exclude(pk=collector.pk).exists():
            raise NameTaken
        if secret is not None:
            collector.sealed_secret = sealed.seal(secret, purpose=PURPOSE)
        collector.failures, collector.rests_until = 0, None
        collector.save()
        return collector


class Collector(models.Model):
    """A system of the company's that knows something of its customers, and how to ask it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    url = models.CharField(_("address"), max_length=1000)
    realms = ArrayField(models.SlugField(max_length=40), verbose_name=_("realms"), default=list, blank=True)
    pointers = models.JSONField(_("facts"), default=dict)
    sealed_secret = models.TextField(blank=True, editable=False)
    seconds = models.PositiveSmallIntegerField(
        _("seconds to wait"), default=10, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    cache_seconds = models.PositiveIntegerField(
        _("seconds an answer holds"), default=300, validators=[MaxValueValidator(86_400)]
    )
    is_on = models.BooleanField(_("asks"), default=True)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    rests_until = models.DateTimeField(null=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now, editable=False)

    objects = CollectorManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(seconds__gte=1, seconds__lte=30), name="collector_waits_a_while"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_secret(self) -> bool:
        return bool(self.sealed_secret)

    @property
    def rests(self) -> bool:
        """Failed so often that it is left alone for a while, so that no case waits for it."""
        return self.rests_until is not None and self.rests_until > clock.now()

    def depends_on(self, told: set[str], corrected: set[str]) -> bool:
        """Whether its address is made of one of these facts, or it measures one that was corrected."""
        return bool(told & asking.facts_in(self.url) or corrected & self.pointers.keys())

    def ask(self, url: str) -> "tuple[Mapping[str, str], bytes]":
        """What it answers there: values by key, and the answer as it came. Raises a `Refused` with the reason."""
        secret = sealed.opened(self.sealed_secret, purpose=PURPOSE)
        answer = asking.ask(url, secret=secret, seconds=self.seconds)
        return asking.read(answer, self.pointers), answer.body

    def worked(self) -> None:
        Collector.objects.filter(pk=self.pk).exclude(failures=0).update(failures=0, rests_until=None)

    @transaction.atomic
    def failed(self) -> None:
        """Count it; after some in a row, rest. One try after the rest decides again."""
        collector = Collector.objects.select_for_update().get(pk=self.pk)
        collector.failures = min(collector.failures + 1, 1000)
        if collector.failures >= MOST_FAILURES:
            collector.rests_until = clock.now() + REST
        collector.save(update_fields=["failures", "rests_until"])
