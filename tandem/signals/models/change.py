from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tandem.people.visibility import VisibleTo
from tandem.signals.models.component import Component
from tandem.signals.models.state import State


class StateChangeQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(until=None)

    def into_trouble(self) -> Self:
        return self.exclude(entered=State.OK)

    def during(self, start: object, end: object) -> Self:
        """Those that stood at some moment between the two."""
        return self.filter(at__lt=end).filter(Q(until=None) | Q(until__gt=start))


class StateChange(models.Model):
    """A component became another, and stayed it from `at` to `until`."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="state_changes")
    left = models.CharField(max_length=16, choices=State)
    entered = models.CharField(max_length=16, choices=State)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    because = models.CharField(max_length=300, blank=True)
    alert = models.ForeignKey("signals.Alert", models.SET_NULL, related_name="state_changes", null=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    objects = StateChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint("component", condition=Q(until=None), name="one_standing_state"),
            models.CheckConstraint(condition=~Q(left=F("entered")), name="state_change_changes"),
        ]
        indexes = [
            models.Index(fields=["component", "-at"], name="state_changes_newest_first"),
            models.Index(fields=["-at"], name="state_changes_by_time"),
        ]

    @property
    def is_confirmed(self) -> bool:
        """Whether a person said so, and not only an alert."""
        return self.changed_by_id is not None
