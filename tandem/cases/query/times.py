"""Times as one types them: <2h, >3d, >2026-01-31."""

import re
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from tandem.kit import clock

LENGTH = re.compile(r"([<>])(\d{1,5})([mhdw])")
DAY = re.compile(r"([<>])(\d{4}-\d{2}-\d{2})")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class NotATime(ValueError):
    pass


def moment(value: str, *, ahead: bool) -> tuple[bool, datetime]:
    """Whether at that moment and later is meant, or before; and the moment. Raises `NotATime`.

    Lengths count from now: `ahead` for what is to come (<2h: before in two hours), else for what was (<2h: since two hours
    ago). A day is the reader's: <2026-01-31 is before it, >2026-01-31 after it.
    """
    if found := LENGTH.fullmatch(value.lower()):
        sign, number, unit = found.groups()
        length = timedelta(**{UNITS[unit]: int(number)})
        try:
            return (sign == ">", clock.now() + length) if ahead else (sign == "<", clock.now() - length)
        except OverflowError:
            raise NotATime from None
    if found := DAY.fullmatch(value):
        try:
            day = date.fromisoformat(found[2]) + timedelta(days=found[1] == ">")
        except (ValueError, OverflowError):
            raise NotATime from None
        return found[1] == ">", timezone.make_aware(datetime.combine(day, time()))
    raise NotATime
