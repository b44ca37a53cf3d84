"""Public holidays by country and region, as the `holidays` library knows them."""

from datetime import date
from functools import lru_cache
from typing import Any

import holidays
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tandem.kit.errors import Invalid


class HolidaysUnknown(Invalid):
    """The holidays of that year are not known."""


def of(country: str, subdivision: str, year: int) -> dict[date, str]:
    """The names by day. Raises `HolidaysUnknown`."""
    return _of(country, subdivision, year, get_language() or "en")


def countries() -> dict[str, list[str]]:
    """Codes of countries, each with those of its regions."""
    return dict(sorted(holidays.list_supported_countries().items()))


@lru_cache(maxsize=2000)
def _of(country: str, subdivision: str, year: int, language: str) -> dict[date, str]:
    try:
        known: Any = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
        tongues = [tongue for tongue in known.supported_languages if tongue[:2] == language[:2]]
        if tongues:
            known = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=tongues[0])
    except NotImplementedError:
        told = _("There are no holidays of “{place}”: leave it out, or take a code as in DE or US.")
        raise HolidaysUnknown(told.format(place=" ".join(filter(None, [country, subdivision])))) from None
    if not known.start_year <= year <= known.end_year:
        told = _("The holidays of {country} are known from {first} to {last}, and not for {year}.")
        raise HolidaysUnknown(told.format(country=country, first=known.start_year, last=known.end_year, year=year))
    return {day: name for day, name in known.items() if day.year == year}
