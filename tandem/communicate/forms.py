from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience, readable_by
from tandem.cases.models import SPOKEN, Case, Participant
from tandem.communicate.models import NobodyAddressed, Place
from tandem.communicate.models.addressing import places
from tandem.communicate.models.call import Direction, is_page
from tandem.customers.models import Account, Contact
from tandem.kit import clock, uploads, zones
from tandem.kit.forms import OwnIds
from tandem.people.models import Team, User
from tandem.writing.models import TooLong
from tandem.writing.models.draft import LONGEST

WHEN = [
    ("1h", _("in 1 hour")),
    ("4h", _("in 4 hours")),
    ("tomorrow", _("tomorrow by 12:00")),
    ("at", _("at …")),
]
NOTHING = ("", _("nothing promised"))
LEAVES = [
    ("", _("now")),
    ("tomorrow", _("tomorrow at 09:00")),
    ("monday", _("Monday at 09:00")),
    ("then", _("at …")),
]
USUAL = timedelta(hours=4)
MORNING = time(9)
LEAVE_OUT = ("", _("leave out"))


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
        told["promise_at"] = _moment(told.get("when", ""), told.get("at"), self.begins())
        if told.get("when") == "at" and not told["promise_at"] and "at" not in self.errors:
            self.add_error("at", _("Say when."))
        elif told["promise_at"] and told["promise_at"] <= self.begins():
            self.add_error("at", _("That time has passed."))
        return told

    def begins(self) -> datetime:
        """From when on “in 4 hours” is counted."""
        return clock.now()


def _moment(when: str, at: datetime | None, begins: datetime) -> datetime | None:
    match when:
        case "1h" | "4h":
            return begins + timedelta(hours=int(when[0]))
        case "tomorrow":
            tomorrow = timezone.localdate(begins) + timedelta(days=1)
            return timezone.make_aware(datetime.combine(tomorrow, time(12)))
        case "at":
            return at
    return None


def _morning(leaves: str, zone: tzinfo) -> datetime:
    """The next morning of that name, where the customer is."""
    today = timezone.localdate(clock.now(), zone)
    days = 1 if leaves == "tomorrow" else 7 - today.weekday()
    return datetime.combine(today + timedelta(days=days), MORNING, tzinfo=zone)


class UpdateForm(WhenForm):
    """What a colleague writes on a case: to the customer, or among us. `people` take part, each placed in To or Cc."""

    audience = forms.ChoiceField(choices=Audience)
    body = forms.CharField(
        label=_("Your words"),
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"max_length": str(TooLong())},
    )
    when = forms.ChoiceField(choices=[*WHEN, NOTHING], initial="4h", required=False)
    waits = forms.BooleanField(label=_("waits for their answer"), required=False)
    files = uploads.FilesField()  # type: ignore[assignment]
    leaves = forms.ChoiceField(label=_("Leaves"), choices=LEAVES, required=False)
    leaves_at = forms.DateTimeField(required=False)
    kept = forms.MultipleChoiceField(required=False, help_text=_("The files of the draft that go along."))

    def __init__(
        self,
        *args: Any,
        actor: Any,
        case: Case | None = None,
        people: Sequence[Participant] = (),
        kept: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in Audience.choices if value in readable_by(actor)
        ]
        self.fields["kept"].choices = [(name, name) for name in kept]  # type: ignore[attr-defined]
        self.case, self.people = case, [one for one in people if one.no_mail_since is None]
        for one in self.people:
            self.fields[place_of(one)] = forms.ChoiceField(choices=[*Place.choices, LEAVE_OUT], required=False)

    def begins(self) -> datetime:
        """When it leaves."""
        leaves, at = self.cleaned_data.get("leaves", ""), self.cleaned_data.get("leaves_at")
        zone = zones.zone_of(self.case.reporter) if self.case else timezone.get_current_timezone()
        if leaves in ("tomorrow", "monday"):
            return _morning(leaves, zone)
        return at if leaves == "then" and at else clock.now()

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("audience") != Audience.CUSTOMER:
            self._promise_nothing()
        told = super().clean()
        if told.get("leaves") == "then" and (told.get("leaves_at") or clock.now()) <= clock.now():
            self.add_error("leaves_at", _("Say a time still to come."))
        told["leaves_at"] = self.begins() if told.get("leaves") else None
        told["addressed"] = self._addressed(told)
        if told.get("audience") == Audience.CUSTOMER and told["addressed"] == {}:
            self.add_error(None, str(NobodyAddressed()))
        return told

    def _promise_nothing(self) -> None:
        """A note leaves nowhere: what the fields for that stand on, out of sight, does not matter."""
        for name, nothing in {"when": "", "at": None, "leaves": "", "leaves_at": None}.items():
            self.cleaned_data[name] = nothing
            self.errors.pop(name, None)

    def _addressed(self, told: dict[str, Any]) -> dict[int, str] | None:
        """None if it is as it would be anyway: then it is for everybody who takes part when it leaves."""
        names = {one.pk: place_of(one) for one in self.people}
        if self.case is None or not any(name in self.data for name in names.values()):
            return None
        chosen = {pk: told[name] for pk, name in names.items() if told.get(name)}
        return None if chosen == places(self.case, self.people) else chosen

    def wording_error(self) -> str:
        """The first thing that is wrong, as one sentence."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")


def promised(told: Mapping[str, str], case: Case, *, by: Any) -> datetime | None:
    """When they hear from us next if this is sent now, to the minute as it is read; None if nothing is promised so."""
    form = UpdateForm(told, actor=by, case=case)
    form.is_valid()
    at = form.cleaned_data["promise_at"]
    return at and at.replace(second=0, microsecond=0)


def place_of(one: Participant) -> str:
    return f"place-{one.pk}"


class ReplyForm(forms.Form):
    """What a customer writes on their case."""

    body = forms.CharField(label=_("Your words"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 4}))
    files = uploads.FilesField()  # type: ignore[assignment]


class CallForm(OwnIds, WhenForm):
    """A call or a chat that took place. `people` take part; anybody else is named, and joins if we know an address."""

    direction = forms.ChoiceField(
        label=_("Who called"), choices=Direction, widget=forms.RadioSelect, initial=Direction.IN
    )
    channel = forms.ChoiceField(label=_("By"), choices=[(one, one.label) for one in SPOKEN])
    who = forms.ChoiceField(label=_("With"), required=False)
    name = forms.CharField(label=_("Name"), max_length=120, required=False, help_text=_("Of somebody else."))
    email = forms.EmailField(
        label=_("Their address"), required=False, help_text=_("With it they take part from now on.")
    )
    began_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: just now."),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440, required=False)
    words = forms.CharField(label=_("What was said"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 4}))
    link = forms.URLField(
        label=_("Recording or transcript"), max_length=500, required=False, assume_scheme="https", validators=[is_page]
    )
    audience = forms.ChoiceField(
        label=_("Who reads it"),
        choices=[(Audience.CUSTOMER, _("The customer too")), (Audience.SUPPORT, _("Among us"))],
        widget=forms.RadioSelect,
    )
    when = forms.ChoiceField(label=_("Next update"), choices=[NOTHING, *WHEN], required=False)
    field_order = ["direction", "channel", "who", "name", "email", "began_at", "minutes", "words", "link", "audience"]

    def __init__(self, *args: Any, people: Sequence[Participant] = (), speaks: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        names = [(pk, one.user.name) for pk, one in self.people.items()]
        self.fields["who"].choices = [*names, ("", _("somebody else"))]  # type: ignore[attr-defined]
        self.fields["audience"].initial = Audience.CUSTOMER
        if not speaks:
            self._stay_among_us()

    def _stay_among_us(self) -> None:
        """Who does not speak to customers lets nobody in, tells them nothing and promises nothing."""
        for name in ("email", "when", "at"):
            del self.fields[name]
        audience: Any = self.fields["audience"]
        audience.choices = audience.choices[1:]
        audience.initial = Audience.SUPPORT

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if email and User.objects.of_the_house().filter(email=email).exists():
            raise forms.ValidationError(_("This is a colleague; a call is with somebody at the customer."))
        return email

    def call(self, *, account: Account | None) -> dict[str, Any]:
        """What `case.logged_calls.log` wants to know."""
        told = self.cleaned_data
        names = ("words", "direction", "channel", "audience", "began_at", "minutes", "link", "promise_at", "name")
        return {"who": self._who(account), **{name: told[name] for name in names}}

    def _who(self, account: Account | None) -> Contact | None:
        if one := self.people.get(self.cleaned_data["who"]):
            return Contact.objects.filter(user=one.user).first()
        if email := self.cleaned_data.get("email"):
            return Contact.objects.meet(email, name=self.cleaned_data["name"], account=account)
        return None


class TemplateForm(OwnIds):
    name = forms.CharField(label=_("Name"), max_length=80)
    team = forms.ModelChoiceField(Team.objects.all(), label=_("For"), required=False, empty_label=_("everybody"))
    body = forms.CharField(label=_("Words"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}))


class SignatureForm(OwnIds):
    signature = forms.CharField(
        label=_("Signature"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
