"""Slow and simple: working time and clocks by walking over every minute of UTC."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from hypothesis import strategies as st

from tandem.clocks.worktime import DayOff, Hours, Window

MINUTE = 60
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Apia",  # left out 30 December 2011
    "Asia/Kathmandu",
    "America/St_Johns",
    "Africa/Casablanca",
]


def of(
    windows: str, *, zone: str, days: str = "01234", country: str = "", subdivision: str = "", off_for: int = 0
) -> Hours:
    """`of("09:00-12:00 13:00-17:00", zone="UTC")` from Monday to Friday."""
    told = tuple(Window(*(int(t[:2]) * 60 + int(t[3:]) for t in window.split("-"))) for window in windows.split())
    off = tuple(DayOff(date(2026, 1, 1) + timedelta(n), "away") for n in range(off_for * 366))
    return Hours(zone, tuple(told if str(day) in days else () for day in range(7)), country, subdivision, off)


def is_worked(hours: Hours, instant: int) -> bool:
    """Whether the wall clock shows then a time within a window."""
    local = datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(hours.zone))
    minute = local.hour * 60 + local.minute
    today, yesterday = local.date(), local.date() - timedelta(1)
    for window in hours.week[today.weekday()] if _is_day(hours, today) else ():
        if window.opens <= minute and (minute < window.closes or window.closes <= window.opens):
            return True
    for window in hours.week[yesterday.weekday()] if _is_day(hours, yesterday) else ():
        if window.closes <= window.opens and minute < window.closes:
            return True
    return False


def walked(hours: Hours, start: int, end: int) -> int:
    return sum(MINUTE for instant in range(start, end, MINUTE) if is_worked(hours, instant))


def _is_day(hours: Hours, day: date) -> bool:
    if any(off.day == day for off in hours.off):
        return False
    return day in hours.worked or not hours.country or day not in _known(hours.country, hours.subdivision, day.year)


@cache
def _known(country: str, subdivision: str, year: int):
    return set(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


@st.composite
def _windows(draw):
    cuts = sorted(draw(st.sets(st.integers(0, 48), min_size=0, max_size=4)))
    pairs = [Window(opens * 30, closes * 30) for opens, closes in zip(cuts[::2], cuts[1::2], strict=False)]
    if draw(st.booleans()) and cuts:
        pairs.append(Window(draw(st.sampled_from([1200, 1320, 1410])), draw(st.sampled_from([0, 90, 150, 360]))))
    return tuple(pairs)


HOURS = st.builds(
    Hours,
    zone=st.sampled_from(ZONES),
    week=st.lists(_windows(), min_size=7, max_size=7).map(tuple),
    country=st.sampled_from(["", "DE", "US", "AU"]),
    off=st.lists(st.dates(date(2026, 3, 25), date(2026, 4, 10)).map(lambda day: DayOff(day, "away")), max_size=2).map(
        tuple
    ),
    worked=st.sets(st.sampled_from([date(2026, 4, 3), date(2026, 1, 1), date(2026, 10, 3)]), max_size=2).map(tuple),
)
