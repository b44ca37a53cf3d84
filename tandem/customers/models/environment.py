from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.customers.models.account import Account
from tandem.kit import clock
from tandem.kit.errors import Refused
from tandem.kit.text import one_line
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo


class Installed(Refused):
    """This customer has an installation of that name."""


class EnvironmentQuerySet(VisibleTo):
    def customers_share(self, actor: Any) -> Q:
        return Q(account__contacts__user=actor)


class EnvironmentManager(models.Manager.from_queryset(EnvironmentQuerySet)):  # type: ignore[misc]
    def install(self, name: str, *, kind: str, region: str = "", by: User) -> "Environment":
        """account.environments.install("Frankfurt", kind="production", by=max). Raises `Installed`."""
        by.must_be_able_to(Can.AGREE)
        told = {"kind": kind, "region": one_line(region, most=40)}
        made, is_new = self.get_or_create(name=one_line(name, most=80), defaults=told)
        if not is_new:
            raise Installed
        return made  # type: ignore[no-any-return]


class Environment(models.Model):
    """One installation of the product at an account."""

    class Kind(models.TextChoices):
        PRODUCTION = "production", _("production")
        TEST = "test", _("test")

    account = models.ForeignKey(Account, models.CASCADE, related_name="environments")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.PRODUCTION)
    version = models.CharField(
        max_length=40, blank=True, help_text=_("The product version that runs there, as measured.")
    )
    region = models.CharField(max_length=40, blank=True)

    objects = EnvironmentManager()

    class Meta:
        ordering = ["account__name", "kind", "name"]
        constraints = [models.UniqueConstraint("account", "name", name="one_environment_per_name")]

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """What an environment looked like at a moment; kept as versions, never changed."""

    environment = models.ForeignKey(Environment, models.CASCADE, related_name="snapshots")
    taken_at = models.DateTimeField(default=clock.now)
    content = models.JSONField(help_text=_("Setting names and values; secrets are redacted before they get here."))

    class Meta:
        ordering = ["-taken_at", "-pk"]
        indexes = [models.Index(fields=["environment", "-taken_at"], name="snapshots_newest_first")]
        constraints = [models.CheckConstraint(condition=~Q(content=None), name="snapshot_has_content")]
