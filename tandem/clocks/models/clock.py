from typing import Self

from django.db import models
from django.db.models import F, Q

from tandem.cases.models import Case
from tandem.clocks.models.policy import PolicyVersion
from tandem.clocks.terms import OF_TEAM, Kind, Reason
from tandem.escalate.models import Escalation
from tandem.kit import clock
from tandem.people.visibility import VisibleTo


class ClockQuerySet(VisibleTo):
    def standing(self) -> Self:
        """What is neither met nor withdrawn, be it broken already."""
        return self.filter(met_at=None, withdrawn_at=None)

    def by_due(self) -> Self:
        return self.order_by(F("due_at").asc(nulls_last=True), "pk")

    def to_warn_of(self) -> Self:
        now = clock.now()
        return self.standing().filter(warned_at=None, broken_at=None, warn_at__lte=now, due_at__gt=now)

    def past_due(self) -> Self:
        return self.standing().filter(broken_at=None, due_at__lt=clock.now())

    def broken(self) -> Self:
        return self.filter(broken_at__isnull=False)


class Clock(models.Model):
    """How long something may take by agreement, as the ledger of its case tells: a projection, replayed whenever that grows.

    `due_at` is None while it stands still before it was due; `left` are then the seconds it has. `seq` is the line of the
    ledger it began with. `broken_at` is when it was due, once somebody noticed.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=16, choices=Kind)
    seq = models.PositiveIntegerField()
    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="clocks_of_team", null=True)
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    priority = models.PositiveSmallIntegerField()
    target = models.PositiveIntegerField(help_text="In seconds of working time.")
    started_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    paused_since = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=16, choices=Reason, blank=True)
    left = models.IntegerField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    warned_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "case", "kind", "seq", "escalation", nulls_distinct=False, name="one_clock_for_each_beginning"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="clock_kind_known"),
            models.CheckConstraint(condition=Q(met_at=None) | Q(withdrawn_at=None), name="clock_met_or_withdrawn"),
            models.CheckConstraint(
                condition=Q(escalation=None) ^ Q(kind__in=[kind.value for kind in OF_TEAM]),
                name="clock_of_a_team_is_of_an_escalation",
            ),
            models.CheckConstraint(condition=Q(due_at=None) | Q(left=None), name="clock_due_or_standing_still"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="clocks_to_break", condition=Q(met_at=None, withdrawn_at=None, broken_at=None)
            ),
            models.Index(
                fields=["warn_at"],
                name="clocks_to_warn_of",
                condition=Q(met_at=None, withdrawn_at=None, broken_at=None, warned_at=None),
            ),
            models.Index(fields=["case"], name="clocks_broken", condition=Q(broken_at__isnull=False)),
            models.Index(fields=["met_at"], name="clocks_met", condition=Q(met_at__isnull=False)),
        ]

    @property
    def is_late(self) -> bool:
        """It was due before it was met, or is by now."""
        return self.due_at is not None and self.due_at < (self.met_at or self.withdrawn_at or clock.now())

    @property
    def state(self) -> str:
        """running, paused, late (and not met), met, met_late or withdrawn."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.met_at:
            return "met_late" if self.is_late else "met"
        if self.is_late:
            return "late"
        return "paused" if self.paused_since and self.due_at is None else "running"
