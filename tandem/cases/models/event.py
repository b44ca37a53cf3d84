from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.cases.audience import Audience, readable_by
from tandem.cases.ledger import BY_RULE
from tandem.cases.models.case import Case
from tandem.cases.models.message import SPOKEN
from tandem.people.visibility import VisibleTo

RULED = Q(facts__has_key=BY_RULE)
"""What a rule did: nobody's own deed, though somebody stands for it."""
CALLED = [Q(facts__contains={"channel": channel}) for channel in SPOKEN]
TOLD_AGAIN = Q(verb="message.written") & reduce(or_, CALLED, Q(audience=Audience.CUSTOMER))
"""What we tell a customer is an update or a call, and either has a line of its own beside that of its message."""


class EventQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        return self.filter(audience__in=readable_by(actor))

    def customers_share(self, actor: Any) -> Q:
        return Q(audience=Audience.CUSTOMER, case__participants__user=actor, case__participants__left_at=None)

    def told_once(self) -> Self:
        """Without the words of an update or a call: their own line tells of them."""
        return self.exclude(TOLD_AGAIN)


class Event(models.Model):
    """One line of a case's ledger. Appended, never changed; the database sees to it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", db_index=False)
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
        indexes = [
            models.Index(fields=["verb", "at"], name="events_by_verb"),
            models.Index(fields=["case", "at"], name="events_of_case"),  # else its newest are sought among everybody's
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"

    @property
    def by_whom(self) -> str:
        """As people read it; empty: the house itself."""
        return who_did(self.facts, self.by.name if self.by else "")

    @property
    def is_ruled(self) -> bool:
        return BY_RULE in self.facts


def who_did(facts: Mapping[str, Any], name: str) -> str:
    """“Sam Okafor”, or the rule and who stands for it."""
    rule = facts.get(BY_RULE)
    return _("Rule “{rule}” ({name})").format(rule=rule, name=name) if rule else name
