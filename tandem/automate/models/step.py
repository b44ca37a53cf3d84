import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.automate.acting import Done, Outcome
from tandem.cases import acts
from tandem.cases.models import Case
from tandem.kit import clock
from tandem.kit.errors import Refused

log = logging.getLogger(__name__)


class RunStepManager(models.Manager["RunStep"]):
    def keep(self, case: Case, told: Sequence[Done]) -> None:
        """run.steps.keep(case, what became of each act)"""
        run = self.instance  # type: ignore[attr-defined]
        rows = [one._replace(says=one.says[:500], why=one.why[:500]) for one in told]
        self.bulk_create(RunStep(run=run, case=case, **one._asdict()) for one in rows)


class RunStep(models.Model):
    """One act of a run on one case: done, or refused and why; and whether it was undone."""

    run = models.ForeignKey("automate.Run", models.CASCADE, related_name="steps")
    case = models.ForeignKey(Case, models.PROTECT, related_name="run_steps")
    act = models.CharField(max_length=40)
    says = models.CharField(max_length=500)
    outcome = models.CharField(max_length=12, choices=Outcome)
    why = models.CharField(max_length=500, blank=True)
    undo = models.JSONField(null=True)
    at = models.DateTimeField(default=clock.now, editable=False)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    stays_because = models.CharField(max_length=500, blank=True)

    objects = RunStepManager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="run_step_outcome_known"),
            models.CheckConstraint(condition=Q(undone_at=None) | Q(stays_because=""), name="run_step_undone_or_stays"),
        ]

    def take_back(self, case: Case, *, by: Any) -> None:
        try:
            with transaction.atomic():
                acts.get(self.act).undone(case.lock(), by=by, told=self.undo)
            self.undone_at, self.undone_by = clock.now(), by
        except Refused as refusal:
            self.stays_because = refusal.sentence[:500] or _("This cannot be undone.")
        except Exception:
            # The others of the run are undone all the same.
            log.exception("Step %s of run %s could not be undone", self.pk, self.run_id)
            self.stays_because = _("Something is wrong on our side, so this stays. Administrators find it in the log.")
        self.save(update_fields=["undone_at", "undone_by", "stays_because"])
