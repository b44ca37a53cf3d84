from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.intake.models.fact import Source


class LineVerdict(models.TextChoices):
    RIGHT = "right", gettext_lazy("right")
    WRONG = "wrong", gettext_lazy("wrong")
    UNSURE = "unsure", gettext_lazy("not sure")


class ReadBackLine(models.Model):
    """One fact of a read-back, and what the customer said of it. `measured` is our value, where theirs differs."""

    readback = models.ForeignKey("intake.ReadBack", models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(
        editable=False, help_text=gettext_lazy("By which the customer answers it in a reply.")
    )
    key = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)
    value = models.CharField(max_length=500)
    source = models.CharField(max_length=16, choices=Source)
    measured = models.CharField(max_length=500, blank=True)
    verdict = models.CharField(max_length=16, choices=LineVerdict, blank=True)
    correction = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["readback", "position"]
        constraints = [
            models.UniqueConstraint("readback", "position", name="one_line_per_position"),
            models.UniqueConstraint("readback", "number", name="one_line_per_number"),
            models.UniqueConstraint("readback", "key", name="one_line_per_fact"),
            models.CheckConstraint(condition=Q(verdict__in=["", *LineVerdict.values]), name="line_verdict_known"),
            models.CheckConstraint(
                condition=Q(correction="") | Q(verdict="wrong"), name="only_wrong_lines_are_corrected"
            ),
        ]

    @property
    def origin(self) -> str:
        """Where we have it from, in words for the customer."""
        if self.measured:
            return _("you told us; we measured {value}").format(value=self.measured)
        return _("you told us") if self.source == Source.TOLD else _("we measured")

    @property
    def agreed_value(self) -> str:
        """What the customer says it is; empty if they are not sure, or know only that ours is wrong."""
        return self.value if self.verdict == LineVerdict.RIGHT else self.correction

    @property
    def is_wrong_without_correction(self) -> bool:
        return self.verdict == LineVerdict.WRONG and not self.correction

    def of(self, readback: Any, *, number: int) -> Self:
        self.readback, self.number = readback, number
        return self

    def take(self, verdict: str, correction: str, *, by: Any, at: datetime) -> None:
        corrected = " ".join(correction.replace("\x00", "").split())[:500]
        self.verdict, self.correction = verdict, corrected if verdict == LineVerdict.WRONG else ""
        self.answered_by, self.answered_at = by, at
