from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from tandem.escalate.models.refusals import CardIncomplete
from tandem.kit.text import readable
from tandem.people.visibility import VisibleTo


class HandBack(models.Model):
    """The card engineering hands back with: what support needs to speak to the customer, and what not to promise."""

    escalation = models.OneToOneField("escalate.Escalation", models.PROTECT, related_name="hand_back_card")
    cause = models.TextField()
    tell_customer = models.TextField()
    watch = models.TextField(blank=True)
    workaround = models.TextField(blank=True)
    do_not_promise = models.TextField(blank=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    acknowledged_at = models.DateTimeField(null=True)

    objects = VisibleTo.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(cause="") & ~Q(tell_customer=""), name="hand_back_says_cause_and_words"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="hand_back_acknowledged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.cause

    @classmethod
    def of(cls, escalation: Any, **told: str) -> Self:
        card = cls(escalation=escalation, **{name: readable(words).strip() for name, words in told.items()})
        if not card.cause or not card.tell_customer:
            raise CardIncomplete
        return card
