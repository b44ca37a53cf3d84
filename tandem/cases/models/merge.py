from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from tandem.cases.journey import Stage
from tandem.cases.models.case import Case
from tandem.cases.models.holding import hold, same_customer
from tandem.cases.models.move import Move
from tandem.cases.models.participant import Participant
from tandem.cases.models.undoing import Undoable, UndoableQuerySet
from tandem.kit import clock
from tandem.kit.errors import Refused


class CannotMerge(Refused):
    """A case is merged once, into another that is open. These two are read as one already, or the other is closed."""


class DifferentCustomers(Refused):
    """Only cases of the same customer can be read as one: each would read the other's words."""


class FurtherThanTheOther(Refused):
    """Engineering works on this case, or the customer is checking a solution. Merge the other case into this one."""


class MergeManager(models.Manager.from_queryset(UndoableQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def join_to(self, target: Case, *, by: Any) -> "Merge":
        """case.merges.join_to(other, by=sam): read both as one, on the other; with it what was merged into the case.

        If the other is merged itself, the target is where that is read. Nothing moves, so it can be undone. Who takes
        part in the one takes part in the other. Raises `CannotMerge`, `FurtherThanTheOther`, `DifferentCustomers`.
        """
        case = self.instance
        hold(case, target)
        target = target.read_on
        joining = [case, *case.merged_cases.order_by("pk")]
        _must_fit(joining, target)
        merge = self.create(case=case, target=target, merged_by=by)
        Case.objects.filter(pk__in=[joined.pk for joined in joining]).update(merged_into=target)
        case.merged_into = target
        merge.bring_in(joining, by=by)
        case.record("case.merged", by=by, into=target.number, see=target.number)
        target.record("case.took_in", by=by, case=case.number, see=case.number)
        return merge

    def targets_among(self, others: Iterable[Case]) -> list[Case]:
        """Those that `join_to` would take for the case, as all are known now."""
        case = self.instance
        joining = [case, *case.merged_cases.order_by("pk")]
        return [other for other in others if _fits(joining, other.read_on)]


def _fits(joining: list[Case], target: Case) -> bool:
    try:
        _must_fit(joining, target)
    except Refused:
        return False
    return True


def _must_fit(joining: list[Case], target: Case) -> None:
    case = joining[0]
    if case.merged_into_id or case == target or not target.is_open:
        raise CannotMerge
    if case.stage in (Stage.ESCALATE, Stage.RESOLVE):
        raise FurtherThanTheOther
    if not all(same_customer(joined, target) for joined in joining):
        raise DifferentCustomers


class Merge(Undoable):
    """Two cases read as one. The messages stay where they were written; only the reading changes."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="merges")
    target = models.ForeignKey(Case, models.PROTECT, related_name="merges_taken_in")
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=clock.now, editable=False)
    brought = models.ManyToManyField(Participant, related_name="+", help_text="Who takes part in the target by this.")

    objects = MergeManager()

    class Meta:
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint("case", condition=Q(undone_at=None), name="one_standing_merge"),
            models.CheckConstraint(condition=~Q(case=F("target")), name="merge_of_two"),
        ]

    @property
    def done_at(self) -> datetime:
        return self.merged_at

    def bring_in(self, cases: list[Case], *, by: Any) -> None:
        """Who takes part in these takes part in the target from now on."""
        there = {*self.target.participants.standing().values_list("user", flat=True)}
        coming = Participant.objects.standing().filter(case__in=cases).exclude(user__in=there)
        for participant in coming.select_related("user").order_by("pk"):
            self.brought.add(self.target.participants.join(participant.user, by=by))

    @transaction.atomic
    def undo(self, *, by: Any) -> None:
        """Take them apart: each reads again what stands on it. Raises `UndoneAlready`, `TooLateToUndo`.

        Whoever came into the target by this merge alone leaves it, and what they wrote there comes along.
        """
        hold(self.case, self.target)
        self.note_undone(by=by)
        self._send_home(by=by)
        Case.objects.filter(pk__in=_hanging_on(self.case)).update(merged_into=self.case)
        Case.objects.filter(pk=self.case.pk).update(merged_into=None)
        self.case.merged_into = None
        self.case.record("case.unmerged", by=by, out_of=self.target.number, see=self.target.number)
        self.target.record("case.gave_back", by=by, case=self.case.number, see=self.case.number)

    def _send_home(self, *, by: Any) -> None:
        """Out of the target, and out of what that was merged into since."""
        people = [*self.brought.standing().values_list("user", flat=True)]
        merge: Merge | None = self
        while merge:
            for participant in merge.brought.standing().filter(user__in=people).select_related("user", "case"):
                Move.objects.take_along(participant, to=self.case, since=merge.merged_at, by=by)
                participant.leave(by=by)
            merge = merge.target.merges.standing().select_related("target").first()


def _hanging_on(case: Case) -> list[int]:
    """What was merged into this case, and into those, and so on."""
    found: list[int] = []
    below = [case.pk]
    while below:
        below = [*Merge.objects.standing().filter(target__in=below).values_list("case", flat=True)]
        found += below
    return found
