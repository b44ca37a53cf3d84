from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.text import one_line
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo
from tandem.signals.models.component import Component


class NoVersion(Invalid):
    """Say which version runs now, in at most 80 characters."""


class NotYet(Invalid):
    """A deploy is told when it is done; this time is still to come."""


class AnotherVersion(Refused):
    """Another version was told under this name. Tell each deploy under a name of its own."""


class DeployQuerySet(VisibleTo):
    def reaching(self, environment: Any) -> Self:
        """Those of what this installation depends on: to it, or to all of them."""
        here = Q(environment=None) | Q(environment=environment)
        return self.filter(here, component__dependents__environment=environment)

    def named(self, once: str) -> Self:
        """The one known by this name, be it its first or a further one; "" is no name."""
        return self.filter(Q(once=once) | Q(further_names__once=once)).distinct() if once else self.none()

    def during(self, start: datetime, end: datetime) -> Self:
        return self.filter(at__gt=start, at__lte=end)


class DeployManager(models.Manager.from_queryset(DeployQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def tell(
        self,
        version: str,
        *,
        by: Any,
        before: str = "",
        environment: Any = None,
        at: datetime | None = None,
        link: str = "",
        once: str = "",
    ) -> "Deploy":
        """component.deploys.tell("4.4", by=erin): this runs from now on, in `environment` or everywhere.

        Without `before`, what ran is what was told last. Told again, it is the same deploy: while this version still is
        what was told last, and under the same `once` for ever. Raises `NoVersion`, `NotYet`, `AnotherVersion`.
        """
        by.must_be_able_to(Can.WORK)
        component = self.instance.lock()
        version, before, once = one_line(version, most=80), one_line(before, most=80), one_line(once, most=200)
        if not version:
            raise NoVersion
        if at and at > clock.now():
            raise NotYet
        moment, here = at or clock.now(), self.filter(environment=environment)
        if known := here.named(once).first():
            return known.must_be(version)
        last = here.filter(at__lte=moment).first()
        if last and last.version == version:
            return last.told_once(once)
        deploy = self.create(
            version=version, before=before or (last.version if last else ""), environment=environment,
            at=moment, link=link, once=once, told_by=by,
        )  # fmt: skip
        component.look_different()
        return deploy


class Deploy(models.Model):
    """A component runs in another version since: everywhere, or in one installation."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="deploys")
    environment = models.ForeignKey(
        "customers.Environment", models.CASCADE, related_name="deploys", null=True, help_text=_("Nothing: everywhere.")
    )
    before = models.CharField(max_length=80, blank=True)
    version = models.CharField(max_length=80)
    link = models.URLField(max_length=500, blank=True)
    at = models.DateTimeField()
    once = models.CharField(
        max_length=200, blank=True, default="", db_default="",
        help_text=_("Whoever tells it names it by this, so that a late repetition is known."),
    )  # fmt: skip
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(default=clock.now, editable=False)

    objects = DeployManager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(version=""), name="deploy_of_a_version"),
            models.UniqueConstraint(
                "component", "environment", "once", condition=~Q(once=""), nulls_distinct=False, name="deploy_told_once"
            ),
        ]
        indexes = [models.Index(fields=["component", "-at"], name="deploys_newest_first")]

    def __str__(self) -> str:
        """“api 4.3 → 4.4”."""
        runs = f"{self.before} → {self.version}" if self.before else self.version
        return f"{self.component.name} {runs}"

    def must_be(self, version: str) -> Self:
        if self.version != version:
            raise AnotherVersion
        return self

    def told_once(self, once: str) -> Self:
        """It is known by this, too, from now on. A name that is known already never comes here."""
        if once and self.once:
            self.further_names.create(component=self.component, environment=self.environment, once=once)
        elif once:
            self.once = once
            self.save(update_fields=["once"])
        return self


class FurtherName(models.Model):
    """What else a deploy is known by: another run told the version that ran already."""

    deploy = models.ForeignKey(Deploy, models.CASCADE, related_name="further_names")
    component = models.ForeignKey(Component, models.CASCADE, related_name="+", db_index=False)
    environment = models.ForeignKey("customers.Environment", models.CASCADE, related_name="+", null=True)
    once = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(once=""), name="further_name_says_something"),
            models.UniqueConstraint(
                "component", "environment", "once", nulls_distinct=False, name="further_name_of_one_deploy"
            ),
        ]
