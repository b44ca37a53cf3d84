"""A calendar's week as lanes, in percent of a day."""

from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from tandem.clocks import typed
from tandem.clocks.worktime import Hours

MINUTES = 24 * 60


def drawn(hours: Hours) -> list[dict[str, Any]]:
    """For the `lanes` macro: a row for each weekday, a mark for each window."""
    return [{"label": str(WEEKDAYS[day]), "marks": _marks(hours, day)} for day in range(7)]


def _marks(hours: Hours, day: int) -> list[dict[str, Any]]:
    spans = [(0, window.closes) for window in hours.week[day - 1] if window.is_over_midnight and window.closes]
    ends = [(w.opens, MINUTES if w.is_over_midnight else w.closes) for w in hours.week[day]]
    says = typed.in_words(hours.week[day]) or _("no working time")
    return [
        {"at": _percent(since), "until": _percent(until), "kind": "case", "title": says}
        for since, until in spans + ends
    ]


def _percent(minutes: int) -> float:
    return round(minutes * 100 / MINUTES, 2)
