from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from tandem.cases.models.case import Case
from tandem.kit import clock
from tandem.kit.errors import Refused


class CannotMerge(Refused):
    """A case can be merged once, into another open case that is not merged itself."""


class DifferentCustomers(Refused):
    """Only cases of the same customer can be read as one: each would read the other's words."""


class UndoneAlready(Refused):
    """These cases were taken apart already."""


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> Self:
        return self.filter(undone_at=None)


class MergeManager(models.Manager.from_queryset(MergeQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def join_to(self, target: Case, *, by: Any) -> "Merge":
        """case.merges.join_to(other, by=sam): read both as one, on the other. Nothing moves, so it can be undone.

        Who takes part in the one takes part in the other from now on. Raises `CannotMerge`, `DifferentCustomers`.
        """
        case = self.instance
        _lock_both(case, target)
        if case == target or case.merged_into_id or target.merged_into_id or case.merged_cases.exists():
            raise CannotMerge
        if not target.is_open:
            raise CannotMerge
        if case.reporter != target.reporter and (case.account is None or case.account != target.account):
            raise DifferentCustomers
        merge = self.create(case=case, target=target, merged_by=by)
        merge.project()
        for participant in case.participants.standing().select_related("user"):
            target.participants.join(participant.user, by=by)
        case.record("case.merged", by=by, into=target.number)
        target.record("case.took_in", by=by, case=case.number)
        return merge


class Merge(models.Model):
    """Two cases read as one. The messages stay where they were written; only the reading changes."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="merges")
    target = models.ForeignKey(Case, models.PROTECT, related_name="merges_taken_in")
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=clock.now, editable=False)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    objects = MergeManager()

    class Meta:
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint("case", condition=Q(undone_at=None), name="one_standing_merge"),
            models.CheckConstraint(condition=~Q(case=F("target")), name="merge_of_two"),
        ]

    @transaction.atomic
    def undo(self, *, by: Any) -> None:
        _lock_both(self.case, self.target)
        self.refresh_from_db(fields=["undone_at"])
        if self.undone_at:
            raise UndoneAlready
        self.undone_at, self.undone_by = clock.now(), by
        self.save(update_fields=["undone_at", "undone_by"])
        self.project()
        self.case.record("case.unmerged", by=by, out_of=self.target.number)
        self.target.record("case.gave_back", by=by, case=self.case.number)

    def project(self) -> None:
        Case.objects.filter(pk=self.case.pk).update(merged_into=None if self.undone_at else self.target)


def _lock_both(*cases: Case) -> None:
    """Always in one order, so that two merges of the same cases wait for each other and not for ever."""
    for case in sorted(cases, key=lambda case: case.pk):
        case.lock()
