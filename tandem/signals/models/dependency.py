from typing import Any

from django.db import models

from tandem.people.visibility import VisibleTo
from tandem.signals.models.component import Component, ComponentQuerySet


class Dependency(models.Model):
    """An environment does not work without a component."""

    environment = models.ForeignKey("customers.Environment", models.CASCADE, related_name="dependencies")
    component = models.ForeignKey(Component, models.CASCADE, related_name="dependents")

    objects = VisibleTo.as_manager()

    class Meta:
        ordering = ["component", "environment"]
        constraints = [models.UniqueConstraint("environment", "component", name="one_dependency_each")]


def components_of(environment: Any) -> ComponentQuerySet:
    """What this environment depends on; nothing when we do not know the environment."""
    return Component.objects.of(environment) if environment else Component.objects.none()
