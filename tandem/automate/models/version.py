from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models

from tandem.automate.waiting import when_says
from tandem.cases.acts.fields import span as length
from tandem.kit import clock


class RuleVersion(models.Model):
    """A rule as somebody left it, and why."""

    DOES = ("when", "span", "condition", "acts")

    rule = models.ForeignKey("automate.Rule", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    when = models.CharField(max_length=60)
    span = models.CharField(max_length=8, blank=True)
    condition = models.CharField(max_length=500, blank=True)
    acts = models.JSONField()
    because = models.CharField(max_length=200, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint("rule", "number", name="one_rule_version_of_a_number")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def is_rehearsed(self) -> bool:
        """It, or one that does the same under another name."""
        return self.alike.filter(rehearsals__finished_at__isnull=False).exists()

    @property
    def is_being_rehearsed(self) -> bool:
        return self.alike.filter(rehearsals__isnull=False, rehearsals__finished_at=None).exists()

    @property
    def alike(self) -> Any:
        """The versions of its rule that do the same, itself among them."""
        return self.rule.versions.filter(**{word: getattr(self, word) for word in self.DOES})

    def does_the_same_as(self, other: Any) -> bool:
        """As another version, or as a rule does now."""
        return all(getattr(self, word) == getattr(other, word) for word in self.DOES)

    @property
    def when_says(self) -> str:
        return when_says(self.when, self.span)

    @property
    def length(self) -> timedelta:
        return length(self.span)
