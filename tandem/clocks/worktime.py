"""Working time between two instants, and the instant when so much of it has passed. Instants are whole seconds of UTC.

An instant is worked when the wall clock of the calendar's zone then shows a time within a window. So what the clock
skips in spring is not worked, and what it shows twice in autumn is worked twice. Nothing here knows a database.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from tandem.clocks import days_off
from tandem.kit.errors import Invalid

DAY, HOUR, MINUTE = 86_400, 3600, 60
EPOCH = date(1970, 1, 1)
FURTHEST = 366 * 10  # days one looks ahead for working time


class NoWorkingTime(Invalid):
    """This calendar has no working time: give at least one weekday a window."""


class TooFarAhead(Invalid):
    """That much working time does not pass within ten years."""


class Window(NamedTuple):
    """Minutes of the day. One that closes no later than it opens closes on the day after; 1440 is midnight at its end."""

    opens: int
    closes: int

    @property
    def is_over_midnight(self) -> bool:
        return self.closes <= self.opens


class DayOff(NamedTuple):
    day: date
    name: str


Week = tuple[tuple[Window, ...], ...]
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Hours:
    """When work is done: windows per weekday, Monday first; no work on holidays and own days `off`, but on `worked` ones."""

    zone: str
    week: Week
    country: str = ""
    subdivision: str = ""
    off: tuple[DayOff, ...] = ()
    worked: tuple[date, ...] = ()
    _known: dict[int, Spans] = field(default_factory=dict, init=False, compare=False, repr=False)

    def between(self, start: int, end: int) -> int:
        """Seconds worked from `start` until `end`."""
        return sum(until - since for since, until in self.spans(start, end))

    def after(self, start: int, seconds: int) -> int:
        """The first instant by which so many seconds were worked since `start`. Raises `NoWorkingTime`, `TooFarAhead`."""
        if seconds <= 0:
            return start
        if not any(self.week):
            raise NoWorkingTime
        for day in range(start // DAY, start // DAY + FURTHEST):
            for since, until in self._of_day(day):
                here = until - max(since, start)
                if here >= seconds:
                    return max(since, start) + seconds
                seconds -= max(here, 0)
        raise TooFarAhead

    def spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What is worked in between, piece by piece."""
        for day in range(start // DAY, -(-end // DAY)):
            for since, until in self._of_day(day):
                if since < end and until > start:
                    yield max(since, start), min(until, end)

    def why_off(self, day: date) -> str:
        """The name of the holiday or day off; nothing for a day on which the windows of its weekday hold."""
        if day in self._off:
            return self._off[day]
        if not self.country or day in self._worked:
            return ""
        return days_off.of(self.country, self.subdivision, day.year).get(day, "")

    @cached_property
    def _off(self) -> dict[date, str]:
        return {told.day: told.name or str(_("day off")) for told in self.off}

    @cached_property
    def _worked(self) -> frozenset[date]:
        return frozenset(self.worked)

    def _of_day(self, day: int) -> Spans:
        """What is worked within a day of UTC."""
        if day not in self._known:
            self._known[day] = _joined(self._pieces(day))
        return self._known[day]

    def _pieces(self, day: int) -> list[tuple[int, int]]:
        found = []
        for since, until, offset in stretches(self.zone, day):
            for local in range((since + offset) // DAY, (until + offset - 1) // DAY + 1):
                for opens, closes in self._by_wall_clock(EPOCH + timedelta(local)):
                    start, end = local * DAY + opens - offset, local * DAY + closes - offset
                    if start < until and end > since:
                        found.append((max(start, since), min(end, until)))
        return found

    def _by_wall_clock(self, day: date) -> list[tuple[int, int]]:
        """In seconds of that date; what is left of the evening before stands on the day it began."""
        before = day - timedelta(1)
        late = [window for window in self._windows(before) if window.is_over_midnight]
        night = [(0, window.closes * MINUTE) for window in late if window.closes]
        ends = (
            (window, 24 * HOUR if window.is_over_midnight else window.closes * MINUTE) for window in self._windows(day)
        )
        return night + [(window.opens * MINUTE, end) for window, end in ends]

    def _windows(self, day: date) -> tuple[Window, ...]:
        windows = self.week[day.weekday()]
        return windows if windows and not self.why_off(day) else ()


@lru_cache(maxsize=20_000)
def stretches(zone: str, day: int) -> tuple[tuple[int, int, int], ...]:
    """The day of UTC, cut where the zone's offset changes: (since, until, offset in seconds)."""
    cuts, start = [], day * DAY
    offset = offset_at(zone, start)
    for hour in range(start, start + DAY, HOUR):
        if (then := offset_at(zone, hour + HOUR)) != offset:
            change = _first_with(zone, then, hour, hour + HOUR)
            cuts.append((start, change, offset))
            start, offset = change, then
    return (*cuts, (start, (day + 1) * DAY, offset)) if start < (day + 1) * DAY else tuple(cuts)


def offset_at(zone: str, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _first_with(zone: str, offset: int, before: int, after: int) -> int:
    """The second from which on the offset holds; `before` has another, `after` has it."""
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if offset_at(zone, middle) == offset else (middle, after)
    return after


def _joined(pieces: list[tuple[int, int]]) -> Spans:
    """In order, without overlaps."""
    joined: list[tuple[int, int]] = []
    for since, until in sorted(pieces):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return tuple(joined)


ALWAYS: Week = ((Window(0, 24 * 60),),) * 7
