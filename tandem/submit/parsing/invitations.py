"""Calendar parts: what is proposed, when, and by whom."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from tandem.kit.text import one_line
from tandem.submit.parsing.shapes import Inside

KINDS = ("text/calendar", "application/ics")
MOST_BYTES = 256 * 1024
MOST_LINES = 5_000
MOST_EVENTS = 5
METHODS = {"CANCEL": "cancellation", "REPLY": "answer", "COUNTER": "answer"}


def read(data: bytes) -> Iterator[Inside]:
    """Each event in it. Raises ValueError when it is larger than any honest one, and whatever else when it is broken."""
    if len(data) > MOST_BYTES or data.count(b"\n") > MOST_LINES:
        raise ValueError
    from icalendar import Calendar  # only few mails need it

    calendar: Any = Calendar.from_ical(data)
    method = METHODS.get(str(calendar.get("method", "")).upper(), "invitation")
    yield from [_event(event, method) for event in islice(calendar.walk("VEVENT"), MOST_EVENTS)]


def _event(event: Any, method: str) -> Inside:
    begins = getattr(event.get("dtstart"), "dt", None)
    told = {
        "what": _line(event.get("summary")),
        "by": _person(event.get("organizer")),
        "where": _line(event.get("location")),
    }
    return Inside(method, told | {"at": begins.isoformat() if isinstance(begins, date | datetime) else ""})


def _person(told: Any) -> str:
    address = one_line(str(told or ""), most=300)
    bare = address[len("mailto:") :] if address.lower().startswith("mailto:") else address
    return _line(getattr(told, "params", {}).get("CN")) or bare


def _line(told: Any) -> str:
    return one_line(str(told or ""), most=200)
