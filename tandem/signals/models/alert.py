from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from tandem.kit import clock
from tandem.people.visibility import VisibleTo
from tandem.signals.models.component import Component
from tandem.signals.models.state import State, harm

# What an alert asks for that does not say it by the label `state`.
BY_SEVERITY = {
    "critical": State.DOWN,
    "page": State.DOWN,
    "error": State.DEGRADED,
    "high": State.DEGRADED,
    "warning": State.SLOW,
    "info": State.OK,
    "none": State.OK,
}
# Alertmanager repeats what still fires every four hours, unless told otherwise.
QUIET_FOR_LONG = timedelta(hours=9)


class AlertQuerySet(VisibleTo):
    def firing(self) -> Self:
        return self.filter(ends_at=None)

    def worst(self) -> "Alert | None":
        """The one that decides: asks for the worst; of several the one that began first."""
        alerts: list[Any] = list(self)
        return min(alerts, key=lambda alert: (-harm(alert.asks), alert.starts_at, alert.pk), default=None)

    def during(self, start: datetime, end: datetime) -> Self:
        """Those that fired at some moment between the two."""
        return self.filter(starts_at__lt=end).filter(Q(ends_at=None) | Q(ends_at__gt=start))


class AlertManager(models.Manager.from_queryset(AlertQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def hear(
        self,
        *,
        source: str,
        fingerprint: str,
        starts_at: datetime,
        ends_at: datetime | None,
        labels: dict[str, str],
        annotations: dict[str, str],
    ) -> "Alert":
        """Know what a source told, however often and in whatever order it tells: what ended stays ended.

        What fires anew begins anew, with another `starts_at`. The component is not settled yet.
        """
        alert, is_new = self.select_for_update(of=["self"]).get_or_create(
            source=source,
            fingerprint=fingerprint,
            starts_at=starts_at,
            defaults={
                "ends_at": ends_at,
                "labels": labels,
                "annotations": annotations,
                "component": Component.objects.all().meant_by(labels),
                "asks": asked_by(labels),
            },
        )
        if not is_new:
            alert.ends_at = max(filter(None, [alert.ends_at, ends_at]), default=None)
            alert.annotations, alert.heard_at = annotations, clock.now()
            alert.component = alert.component or Component.objects.all().meant_by(labels)
            alert.save(update_fields=["ends_at", "annotations", "heard_at", "component"])
        return alert

    def adopt(self) -> None:
        """component.alerts.adopt(): what fires, belongs to nothing, and is about this component becomes its own.

        One that is being heard right now is left to that: it would wait for us as we for it.
        """
        component = self.instance
        for alert in Alert.objects.firing().filter(component=None).select_for_update(of=["self"], skip_locked=True):
            if Component.objects.all().meant_by(alert.labels) == component:
                alert.component = component
                alert.save(update_fields=["component"])


def asked_by(labels: dict[str, str]) -> str:
    """The state an alert with these labels asks for."""
    if (named := labels.get("state", "")) in State.values:
        return State(named)
    return BY_SEVERITY.get(labels.get("severity", "").lower(), State.DEGRADED)


class Alert(models.Model):
    """Something a monitoring system noticed, from when to when. Firing as long as it has not ended."""

    source = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    labels = models.JSONField(default=dict)
    annotations = models.JSONField(default=dict)
    component = models.ForeignKey(Component, models.SET_NULL, related_name="alerts", null=True)
    asks = models.CharField(max_length=16, choices=State)
    heard_at = models.DateTimeField(default=clock.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    objects = AlertManager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint("source", "fingerprint", "starts_at", name="one_alert_per_beginning"),
            models.CheckConstraint(condition=Q(asks__in=State.values), name="alert_asks_known"),
        ]
        indexes = [
            models.Index(fields=["component", "starts_at"], name="alerts_firing", condition=Q(ends_at=None)),
            models.Index(fields=["component", "-starts_at"], name="alerts_newest_first"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.labels.get("alertname") or self.fingerprint

    @property
    def says(self) -> str:
        """What it is about, for colleagues."""
        return self.annotations.get("summary") or self.annotations.get("description") or self.name

    @property
    def is_quiet(self) -> bool:
        """Firing, but not heard of for so long that its end may have been lost."""
        return self.ends_at is None and clock.now() - self.heard_at > QUIET_FOR_LONG

    @transaction.atomic
    def end(self, *, by: Any) -> None:
        """A person knows that it is over, though nobody told us."""
        if self.ends_at is None:
            self.ends_at, self.ended_by = clock.now(), by
            self.save(update_fields=["ends_at", "ended_by"])
        if self.component:
            self.component.settle()
