"""What people may ask about how work on cases is organized."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.query.words import when, word


@word(
    "snoozed",
    _("when its snooze ends: <2d within two days, >1w later than that; what waits only for an event is later"),
)
def snoozed(value: str, actor: Any) -> Q:
    return Q(snoozed_until__isnull=False) & when("snoozed_until", value, "snoozed", ahead=True)
