"""Windows and lengths of time as people type them."""

import itertools
import re
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from tandem.clocks.worktime import DayOff, Window
from tandem.kit.errors import Invalid

WINDOW = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
LENGTH = re.compile(r"(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*m(?:in)?)?")
MIDNIGHT = 24 * 60
MOST_DAYS = 400


def windows(text: str) -> tuple[Window, ...]:
    """“09:00–12:00, 13:00–17:00”; nothing is a day without work. Raises `Invalid`."""
    found = tuple(_window(part.strip()) for part in text.split(",") if part.strip())
    must_not_overlap(found)
    return found


def _window(text: str) -> Window:
    told = WINDOW.fullmatch(text)
    if told is None:
        raise Invalid(
            _("“{text}” is no window: write it as in 09:00–12:00, with a comma between two.").format(text=text)
        )
    hours = [int(part) for part in told.groups()]
    return checked(Window(hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]))


def checked(window: Window) -> Window:
    """Raises `Invalid`."""
    if not (0 <= window.opens < MIDNIGHT and 0 <= window.closes <= MIDNIGHT):
        raise Invalid(_("A window lies between 00:00 and 24:00."))
    if window.opens == window.closes:
        raise Invalid(_("A window of no length is none: leave it out, or write 00:00–24:00 for day and night."))
    return window


def must_not_overlap(found: Iterable[Window]) -> None:
    ends = [(window.opens, MIDNIGHT if window.is_over_midnight else window.closes) for window in sorted(found)]
    if any(later[0] < earlier[1] for earlier, later in itertools.pairwise(ends)):
        raise Invalid(_("Two windows of a day overlap: make one of them."))


def in_words(found: Iterable[Window]) -> str:
    return ", ".join(f"{_time(window.opens)}–{_time(window.closes)}" for window in found)


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def seconds(text: str) -> int | None:
    """“4 h”, “30 min”, “1 h 30 min”; nothing is nothing agreed. Raises `Invalid`."""
    if not (text := text.strip().lower()):
        return None
    told = LENGTH.fullmatch(text)
    length = told and int(told[1] or 0) * 3600 + int(told[2] or 0) * 60
    if not length:
        raise Invalid(_("“{text}” is no length of time: write it as in 4 h, 30 min or 1 h 30 min.").format(text=text))
    return length


def length(told: int | None) -> str:
    hours, rest = divmod(told or 0, 3600)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest // 60} min"] if rest else [])])


def days(text: str) -> tuple[DayOff, ...]:
    """A day a line, “2026-12-24 Christmas Eve”. Raises `Invalid`."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_DAYS:
        raise Invalid(_("At most {n} days can be named.").format(n=MOST_DAYS))
    return tuple(sorted(_day(line) for line in lines))


def _day(line: str) -> DayOff:
    day, _space, name = line.partition(" ")
    try:
        return DayOff(date.fromisoformat(day), name.strip()[:80])
    except ValueError:
        raise Invalid(
            _("“{line}” is no day: write it as in 2026-12-24 Christmas Eve.").format(line=line[:40])
        ) from None


def of_days(told: Iterable[DayOff]) -> str:
    return "\n".join(f"{off.day.isoformat()} {off.name}".strip() for off in told)
