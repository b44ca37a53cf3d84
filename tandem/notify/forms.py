from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.kit import clock
from tandem.notify.models import Calm, Kind, Way
from tandem.people.models import User

DAYS = [(0, _("Mon")), (1, _("Tue")), (2, _("Wed")), (3, _("Thu")), (4, _("Fri")), (5, _("Sat")), (6, _("Sun"))]
LATER = [("1h", _("in an hour")), ("4h", _("in four hours")), ("tomorrow", _("tomorrow")), ("monday", _("on Monday"))]


class TheseForm(forms.Form):
    """Which of one's notices: of a case, some of them, or all."""

    case = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    notice = forms.TypedMultipleChoiceField(required=False, coerce=int)
    until = forms.ChoiceField(required=False, choices=LATER)

    def __init__(self, data: Any, *, actor: Any) -> None:
        super().__init__(data)
        told = [word for word in data.getlist("notice") if word.isascii() and word.isdigit() and len(word) < 19]
        self.fields["notice"].choices = [(word, word) for word in told]  # type: ignore[attr-defined]
        self.actor = actor

    def these(self) -> dict[str, Any]:
        """As the verbs want it. Raises `DoesNotExist`."""
        number, keys = self.cleaned_data["case"], self.cleaned_data["notice"]
        case = Case.objects.visible_to(self.actor).get(number=number) if number else None
        return {"case": case, "keys": keys or None}

    def later(self) -> datetime:
        """When they come back; days begin at eight."""
        local = timezone.localtime(clock.now())
        match self.cleaned_data["until"]:
            case "4h":
                return local + timedelta(hours=4)
            case "tomorrow":
                return _morning(local + timedelta(days=1))
            case "monday":
                return _morning(local + timedelta(days=7 - local.weekday()))
        return local + timedelta(hours=1)


def _morning(day: datetime) -> datetime:
    return datetime.combine(day.date(), time(8), day.tzinfo)


class CalmForm(forms.ModelForm):
    days = forms.TypedMultipleChoiceField(
        label=_("Days on which I may be disturbed"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Calm
        fields = ("days", "quiet_from", "quiet_until", "urgent_passes", "budget", "digest", "digest_at")
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "digest_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "calm-%s", **kwargs})


class ZoneForm(forms.ModelForm):
    """Where one is."""

    class Meta:
        model = User
        fields = ("time_zone",)
        labels: ClassVar = {"time_zone": _("Time zone")}
        help_texts: ClassVar = {"time_zone": ""}
        widgets: ClassVar = {"time_zone": forms.TextInput(attrs={"list": "zones", "autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "own-%s", **kwargs})

    def keep(self) -> None:
        self.instance.save(update_fields=["time_zone"])


def wanted(data: Mapping[str, Any]) -> dict[tuple[Kind, Way], bool]:
    """Of the table of boxes, each named “note-desk”."""
    return {(kind, way): f"{kind}-{way}" in data for kind in Kind for way in Way}
