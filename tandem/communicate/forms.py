from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience, readable_by
from tandem.kit import clock, uploads

WHEN = [
    ("1h", _("in 1 hour")),
    ("4h", _("in 4 hours")),
    ("tomorrow", _("tomorrow by 12:00")),
    ("at", _("at …")),
]
NOTHING = ("", _("nothing promised"))


class WhenForm(forms.Form):
    """A time still to come, by a word or to the minute."""

    when = forms.ChoiceField(label=_("Next update"), choices=WHEN, initial="4h")
    at = forms.DateTimeField(
        label=_("At"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        told["promise_at"] = _moment(told.get("when", ""), told.get("at"))
        if told.get("when") == "at" and not told["promise_at"] and "at" not in self.errors:
            self.add_error("at", _("Say when."))
        elif told["promise_at"] and told["promise_at"] <= clock.now():
            self.add_error("at", _("That time has passed."))
        return told


def _moment(when: str, at: datetime | None) -> datetime | None:
    match when:
        case "1h" | "4h":
            return clock.now() + timedelta(hours=int(when[0]))
        case "tomorrow":
            tomorrow = timezone.localdate(clock.now()) + timedelta(days=1)
            return timezone.make_aware(datetime.combine(tomorrow, time(12)))
        case "at":
            return at
    return None


class UpdateForm(WhenForm):
    """What a colleague writes on a case: to the customer, or among us."""

    audience = forms.ChoiceField(choices=Audience)
    body = forms.CharField(label=_("Your words"), max_length=50_000, widget=forms.Textarea)
    when = forms.ChoiceField(choices=[*WHEN, NOTHING], initial="4h", required=False)
    waits = forms.BooleanField(label=_("waits for their answer"), required=False)
    files = uploads.FilesField()  # type: ignore[assignment]

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in Audience.choices if value in readable_by(actor)
        ]

    def wording_error(self) -> str:
        """The first thing that is wrong, as one sentence."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")


class ReplyForm(forms.Form):
    """What a customer writes on their case."""

    body = forms.CharField(label=_("Your words"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 4}))
    files = uploads.FilesField()  # type: ignore[assignment]
