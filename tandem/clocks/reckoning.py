"""What a clock says: its run cut into segments that count or stand still, and the instant it is due. Whole seconds of UTC."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from tandem.clocks.history import WITHDRAWN, Pause, Run
from tandem.clocks.terms import ALWAYS, Terms, in_force
from tandem.kit.errors import Refused

OPEN = 1 << 40
"""Later than anything: the end of what goes on."""


@dataclass(frozen=True)
class Segment:
    """`paused` are the pauses it stands still for; without them its working time counts. One that goes on ends at `OPEN`."""

    since: int
    until: int
    terms: Terms
    paused: tuple[Pause, ...] = ()

    def worked(self, until: int) -> int:
        if self.paused or not self.terms.agreement or until <= self.since:
            return 0
        return self.terms.agreement.hours.between(self.since, min(self.until, until))

    def after(self, seconds: int) -> int:
        """When so much was worked since it began."""
        assert self.terms.agreement
        return self.terms.agreement.hours.after(self.since, seconds)


@dataclass(frozen=True)
class Reckoned:
    """`due` and `warn` are None while it stands still before them; `trouble` says why they cannot be told at all."""

    run: Run
    terms: Terms
    target: int
    segments: tuple[Segment, ...]
    due: int | None
    warn: int | None
    ended: int | None
    how: str
    trouble: str = ""

    @property
    def stands_still(self) -> tuple[Pause, ...]:
        last = self.segments[-1]
        return last.paused if last.until == OPEN and self.due is None else ()

    @property
    def left(self) -> int | None:
        """Seconds of working time that are left once it goes on; None where it runs or has ended."""
        return self.target - self.counted(OPEN) if self.stands_still and not self.trouble else None

    def counted(self, now: int) -> int:
        """Working time that counts, until then."""
        end = now if self.ended is None else min(now, self.ended)
        return sum(segment.worked(end) for segment in self.segments)

    def is_broken(self, now: int) -> bool:
        return self.due is not None and self.due < (now if self.ended is None else self.ended)


def reckon(run: Run, pauses: Iterable[Pause], timeline: Iterable[Terms]) -> Reckoned | None:
    """None for what was never agreed."""
    timeline = [*timeline]
    if not timeline or not any(terms.target(run.kind) for terms in timeline):
        return None
    ended, how = run.ended, run.how
    last = in_force(timeline, OPEN if ended is None else ended)
    target = last.target(run.kind)
    if target is None:  # agreed once, and no more
        ended, how = max(last.since, run.began), WITHDRAWN
        last = in_force([terms for terms in timeline if terms.target(run.kind)], ended)
        target = last.target(run.kind) or 0
    segments = _cut(run.began, OPEN if ended is None else ended, [*pauses], timeline)
    assert last.agreement
    try:
        due = _instant(segments, target, last)
        warn = _instant(segments, target * last.agreement.warn // 100, last)
        trouble = ""
    except Refused as refusal:
        due, warn, trouble = None, None, refusal.sentence
    return Reckoned(run, last, target, segments, due, warn, ended, how, trouble)


def _cut(since: int, until: int, pauses: list[Pause], timeline: list[Terms]) -> tuple[Segment, ...]:
    """Each with one set of terms and one set of pauses. There is at least one."""
    edges = {pause.since for pause in pauses} | {pause.until for pause in pauses if pause.until is not None}
    edges |= {terms.since for terms in timeline}
    cuts = [since, *sorted(edge for edge in edges if since < edge < until), until]
    segments: list[Segment] = []
    for start, end in itertools.pairwise(cuts):
        terms = in_force(timeline, start)
        paused = tuple(pause for pause in pauses if _stops(pause, terms, start))
        if segments and (segments[-1].terms, segments[-1].paused) == (terms, paused):
            segments[-1] = Segment(segments[-1].since, end, terms, paused)
        else:
            segments.append(Segment(start, end, terms, paused))
    return tuple(segments)


def _stops(pause: Pause, terms: Terms, at: int) -> bool:
    counts = pause.reason in ALWAYS or (terms.agreement is not None and pause.reason in terms.agreement.pauses)
    return counts and pause.since <= at and (pause.until is None or at < pause.until)


def _instant(segments: tuple[Segment, ...], seconds: int, last: Terms) -> int | None:
    """When so much has been worked. Of what ended before that, when it would have been; None while it stands still."""
    for segment in segments:
        if segment.paused or not segment.terms.agreement:
            continue
        if segment.until == OPEN:
            return segment.after(seconds)
        if (worked := segment.worked(segment.until)) >= seconds:
            return segment.after(seconds)
        seconds -= worked
    end = segments[-1].until
    assert last.agreement
    return None if end == OPEN else last.agreement.hours.after(end, seconds)
