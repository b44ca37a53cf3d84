"""Two texts that grew out of one, made one again: whatever either of them added is in it.

Three-way, by words: what only one of them changed is taken from that one. Where both changed the same place and neither
reading holds the other, both readings stand there, one behind the other.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

WORDS = re.compile(r"\w+|\s+|[^\w\s]")
LINES = re.compile(r"[^\n]*\n|[^\n]+")
# Comparing takes as long as the product of both; beyond it we compare by lines, then not at all.
MOST_COMPARED = 100_000


class Merged(NamedTuple):
    """`both`: they wrote at the same place, and both readings are kept."""

    text: str
    both: bool = False


class Change(NamedTuple):
    """`says` instead of what stood between these two places; `theirs` or ours."""

    start: int
    end: int
    says: str
    theirs: bool


def merge(base: str, ours: str, theirs: str) -> Merged:
    """Ours and theirs, each changed from the base."""
    if base == ours:
        return Merged(theirs)
    if theirs in (base, ours):
        return Merged(ours)
    parts: list[str] = []
    done, both = 0, False
    for place in _places(base, ours, theirs):
        start, end = place[0].start, max(change.end for change in place)
        reading, is_both = _read(base, start, end, place)
        parts += [base[done:start], reading]
        done, both = end, both or is_both
    return Merged("".join([*parts, base[done:]]), both)


def _places(base: str, ours: str, theirs: str) -> Iterator[list[Change]]:
    """What was changed, from the first to the last; what both changed at one place stands together."""
    every = sorted([*_changes(base, ours, theirs=False), *_changes(base, theirs, theirs=True)])
    place: list[Change] = []
    for change in every:
        if place and not _meet(place, change):
            yield place
            place = []
        place.append(change)
    if place:
        yield place


def _meet(place: Sequence[Change], change: Change) -> bool:
    start, end = place[0].start, max(one.end for one in place)
    return change.start < end or (start == change.start == end == change.end)


def _read(base: str, start: int, end: int, place: Sequence[Change]) -> tuple[str, bool]:
    ours, theirs = (_as_read(base, start, end, [one for one in place if one.theirs is side]) for side in (False, True))
    if len({one.theirs for one in place}) == 1:
        return (theirs if place[0].theirs else ours), False
    if ours in theirs or theirs in ours:
        return max(ours, theirs, key=len), False
    return theirs + _between(base, start, end, theirs, ours) + ours, True


def _as_read(base: str, start: int, end: int, changes: Sequence[Change]) -> str:
    parts, done = [], start
    for change in changes:
        parts += [base[done : change.start], change.says]
        done = change.end
    return "".join([*parts, base[done:end]])


def _between(base: str, start: int, end: int, first: str, second: str) -> str:
    if first[-1:].isspace() or second[:1].isspace():
        return ""
    begins_a_line, ends_a_line = base[:start][-1:] in ("", "\n"), base[end:][:1] in ("", "\n")
    return "\n\n" if begins_a_line and ends_a_line else " "


def _changes(base: str, text: str, *, theirs: bool) -> Iterator[Change]:
    """Where the text differs from the base, in characters of the base. What is alike at both ends is not looked at."""
    before, after = _cut(base, text, WORDS)
    if len(before.middle) * len(after.middle) > MOST_COMPARED:
        before, after = _cut(base, text, LINES)
    places = list(accumulate(map(len, before.middle), initial=len(before.head)))
    for start, end, says in _compared(before.middle, after.middle):
        yield Change(places[start], places[end], says, theirs)


class Cut(NamedTuple):
    head: str
    middle: list[str]


def _cut(base: str, text: str, pieces: re.Pattern[str]) -> tuple[Cut, Cut]:
    ours, theirs = pieces.findall(base), pieces.findall(text)
    shorter = min(len(ours), len(theirs))
    head = next((n for n in range(shorter) if ours[n] != theirs[n]), shorter)
    most = shorter - head
    tail = next((n for n in range(most) if ours[-1 - n] != theirs[-1 - n]), most)
    same = "".join(ours[:head])
    return Cut(same, ours[head : len(ours) - tail]), Cut(same, theirs[head : len(theirs) - tail])


def _compared(before: list[str], after: list[str]) -> Iterator[tuple[int, int, str]]:
    if len(before) * len(after) > MOST_COMPARED:
        yield 0, len(before), "".join(after)
        return
    for kind, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield start, end, "".join(after[first:last])
