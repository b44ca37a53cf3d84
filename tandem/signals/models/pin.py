from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from tandem.kit import clock
from tandem.people.visibility import VisibleTo
from tandem.signals.models.component import Component
from tandem.signals.models.state import State


class PinQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class PinManager(models.Manager.from_queryset(PinQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def put(self, state: str, *, by: Any, because: str) -> "Pin":
        """component.pins.put(State.MAINTENANCE, by=erin, because="We move the database.")"""
        component = self.instance.lock()
        self.standing().update(lifted_at=clock.now(), lifted_by=by)
        pin = self.create(state=state, because=because, pinned_by=by)
        component.settle()
        return pin


class Pin(models.Model):
    """A person says how a component is, whatever the alerts say, until somebody lifts it."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="pins")
    state = models.CharField(max_length=16, choices=State)
    because = models.CharField(max_length=300)
    pinned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    pinned_at = models.DateTimeField(default=clock.now, editable=False)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    objects = PinManager()

    class Meta:
        ordering = ["-pinned_at", "-pk"]
        constraints = [
            models.UniqueConstraint("component", condition=Q(lifted_at=None), name="one_standing_pin"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="pin_state_known"),
        ]

    @transaction.atomic
    def lift(self, *, by: Any) -> None:
        """Let the alerts speak again."""
        component = self.component.lock()
        self.lifted_at, self.lifted_by = clock.now(), by
        self.save(update_fields=["lifted_at", "lifted_by"])
        component.settle()
