"""Calendar parts: what is proposed, when, and by whom."""

import re
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
MOST_CHANGES = 50
METHODS = {"CANCEL": "cancellation", "REPLY": "answer", "COUNTER": "answer"}

_FOLD = re.compile(rb"\r?\n[ \t]")
_ZONE = re.compile(rb"(?is)BEGIN:VTIMEZONE.*?(?:END:VTIMEZONE|\Z)")
_RULE = re.compile(rb"(?i)FREQ=(\w*)")


def read(data: bytes) -> Iterator[Inside]:
    """Each event in it. Raises ValueError when it is larger than any honest one, and whatever else when it is broken."""
    if len(data) > MOST_BYTES or data.count(b"\n") > MOST_LINES or _has_costly_zones(data):
        raise ValueError
    from icalendar import Calendar  # only few mails need it
    from icalendar.timezone import tzp

    tzp.use_default()  # what the mail before called “Customized Time Zone” means nothing here
    calendar: Any = Calendar.from_ical(data)
    method = METHODS.get(str(calendar.get("method", "")).upper(), "invitation")
    yield from [_event(event, method) for event in islice(calendar.walk("VEVENT"), MOST_EVENTS)]


def _has_costly_zones(data: bytes) -> bool:
    """The library walks from change to change since 1601: honest zones have few, and none more often than each year."""
    zones = b"".join(_ZONE.findall(_FOLD.sub(b"", data)))
    rules = _RULE.findall(zones)
    return len(rules) > MOST_CHANGES or any(rule.upper() != b"YEARLY" for rule in rules)


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
