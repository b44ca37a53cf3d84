from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tandem.kit import clock
from tandem.kit.forms import OwnIds
from tandem.organize.waking import Wakes

MORNING = time(9)
UNTIL = [
    ("tomorrow", _("tomorrow at 09:00")),
    ("4h", _("in 4 hours")),
    ("monday", _("Monday at 09:00")),
    ("at", _("at …")),
    ("", _("no time")),
]


class SnoozeForm(OwnIds):
    """Until a time, an event, or whichever comes first."""

    until = forms.ChoiceField(label=_("Until"), choices=UNTIL, required=False)
    at = forms.DateTimeField(
        label=_("At"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    on = forms.ChoiceField(label=_("Or until"), choices=[("", _("only then")), *Wakes.choices], required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        chosen, at = told.get("until", ""), told.get("at")
        if chosen == "at" and not at and "at" not in self.errors:
            self.add_error("at", _("Say when."))
        elif not chosen and not at and not told.get("on"):
            self.add_error("on", _("Choose a time, or what it waits for."))
        return {"until": at or _moment(chosen), "on": told.get("on", "")}


def _moment(chosen: str) -> datetime | None:
    today = timezone.localdate(clock.now())
    match chosen:
        case "4h":
            return clock.now() + timedelta(hours=4)
        case "tomorrow":
            return timezone.make_aware(datetime.combine(today + timedelta(days=1), MORNING))
        case "monday":
            return timezone.make_aware(datetime.combine(today + timedelta(days=7 - today.weekday()), MORNING))
    return None
