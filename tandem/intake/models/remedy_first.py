from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.models import Case
from tandem.cases.sentences import say
from tandem.intake import evidence
from tandem.intake.models.read_together import ReadTogether
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.text import one_line

say("remedy.put_first", gettext_lazy("Remedy first: {reason} Evidence lost: {lost}"))


class NothingIsLost(Refused):
    """Enough is known: choose the remedy, no reason is needed."""


class RemedyFirstManager(models.Manager.from_queryset(ReadTogether)):  # type: ignore[misc]
    def chosen(self) -> ReadTogether:
        """case.remedies_first.chosen(): here or on what is merged into the case."""
        return self.model.objects.of(self.instance)

    @transaction.atomic
    def choose(self, *, reason: str, by: Any) -> "RemedyFirst":
        """case.remedies_first.choose(reason="They ship in ten minutes", by=sam): they are blocked now.

        What was not looked at counts as lost. Raises `NothingIsLost`, `Invalid`.
        """
        case = self.instance.lock()
        if not (reason := one_line(reason, most=300)):
            raise Invalid(_("Say why they cannot wait."))
        if evidence.is_enough(case):
            raise NothingIsLost
        lost = {line.key: str(line.label) for line in evidence.missing(case)}
        choice = self.create(reason=reason, lost=lost, chosen_by=by)
        case.record("remedy.put_first", by=by, choice=choice.pk, reason=reason, lost=", ".join(lost.values()))
        return choice


class RemedyFirst(models.Model):
    """They were blocked, so the remedy came before the evidence: why, and what was lost by it (labels by key)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="remedies_first")
    reason = models.CharField(max_length=300)
    lost = models.JSONField(default=dict)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(default=clock.now, editable=False)

    objects = RemedyFirstManager()

    class Meta:
        ordering = ["-chosen_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="remedy_first_for_a_reason")]
        indexes = [models.Index(fields=["case", "-chosen_at"], name="remedies_first_of_case")]
