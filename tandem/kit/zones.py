"""Whose hours times are told and read in: everybody's own; the house's for whoever told none."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _


class Readers:
    """A request is in the hours of whoever is signed in, and nobody else's after it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with hours_of(request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None):
            return self.get_response(request)


def hours_of(person: Any) -> timezone.override:
    """`with hours_of(sam):` times are told and read as where he is; `hours_of(None)`: as in the house."""
    return timezone.override(zone_of(person))


def zone_of(person: Any) -> tzinfo:
    return named(getattr(person, "time_zone", ""))


def named(name: str | None) -> tzinfo:
    """The house's if there is no such zone, or none any more: it keeps nobody from their work."""
    try:
        return ZoneInfo(name) if name else timezone.get_default_timezone()
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.get_default_timezone()


def offered() -> list[str]:
    """Those a person would look for."""
    return sorted(name for name in available_timezones() if "/" in name or name == "UTC")


def is_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone “{name}”.").format(name=name))
