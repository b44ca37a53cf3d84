"""Many merges at once, each an act of its own: one that is refused stops no other, and says why."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from tandem.cases.models import Case, Merge
from tandem.kit.errors import Refused


class Outcome(NamedTuple):
    """What became of one: the merge, or the sentence that refused it."""

    case: Case
    merge: Merge | None = None
    refused: str = ""


def merge(cases: Iterable[Case], *, into: Case, by: Any) -> list[Outcome]:
    return [_tried(case, partial(case.merges.join_to, into, by=by)) for case in cases]


def unmerge(keys: Iterable[int], *, by: Any) -> list[Outcome]:
    """The last merged comes out first."""
    merges = Merge.objects.visible_to(by).filter(pk__in=keys).select_related("case", "target").order_by("-pk")
    return [_tried(merge.case, partial(_undone, merge, by)) for merge in merges]


def _undone(merge: Merge, by: Any) -> Merge:
    merge.undo(by=by)
    return merge


def _tried(case: Case, act: Callable[[], Merge]) -> Outcome:
    try:
        return Outcome(case, merge=act())
    except Refused as refusal:
        return Outcome(case, refused=refusal.sentence)
