from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from tandem.cases.audience import Audience, readable_by
from tandem.cases.models.case import Case
from tandem.people.visibility import VisibleTo


class EventQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        return self.filter(audience__in=readable_by(actor))

    def customers_share(self, actor: Any) -> Q:
        return Q(audience=Audience.CUSTOMER, case__participants__user=actor, case__participants__left_at=None)


class Event(models.Model):
    """One line of a case's ledger. Appended, never changed; the database sees to it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    audience = models.CharField(max_length=16, choices=Audience)
    facts = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["case", "seq"]
        constraints = [
            models.UniqueConstraint("case", "seq", name="one_event_per_line"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="event_audience_known"),
        ]
        indexes = [models.Index(fields=["verb", "at"], name="events_by_verb")]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"
