from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.clocks import days_off, typed
from tandem.clocks.models import Calendar, Policy, PolicyVersion
from tandem.clocks.models.calendar import must_be_usable
from tandem.clocks.models.policy import PRIORITIES, Of
from tandem.clocks.rules import understood
from tandem.clocks.terms import CHOSEN_OF_CASE, CHOSEN_OF_TEAM, OF_CASE, OF_TEAM, Kind
from tandem.clocks.worktime import Hours
from tandem.kit.errors import Invalid
from tandem.kit.forms import ConditionField, OwnIds
from tandem.people.models import Team
from tandem.triage.priority import word_of

WEEK = {
    "monday": _("Monday"),
    "tuesday": _("Tuesday"),
    "wednesday": _("Wednesday"),
    "thursday": _("Thursday"),
    "friday": _("Friday"),
    "saturday": _("Saturday"),
    "sunday": _("Sunday"),
}
USUAL = "09:00–12:00, 13:00–17:00"


class CalendarForm(OwnIds):
    """`hours` of its cleaned data is what was typed."""

    name = forms.CharField(label=_("Name"), max_length=80)
    zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(z, z) for z in sorted(available_timezones())])
    country = forms.ChoiceField(
        label=_("Holidays of"),
        required=False,
        choices=lambda: [("", _("no country")), *((code, code) for code in days_off.countries())],
    )
    subdivision = forms.CharField(label=_("Region"), required=False, max_length=20, help_text=_("As in BY or CA."))
    off = forms.CharField(
        label=_("Own days off"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A day a line: 2026-12-24 Christmas Eve"),
    )
    worked = forms.CharField(
        label=_("Holidays that are worked"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A day a line: 2026-10-03"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, label in WEEK.items():
            usual = USUAL if day not in ("saturday", "sunday") else ""
            self.fields[day] = forms.CharField(label=label, required=False, max_length=120, initial=usual)

    @classmethod
    def of(cls, calendar: Calendar) -> "CalendarForm":
        hours = calendar.hours
        told = {day: typed.in_words(windows) for day, windows in zip(WEEK, hours.week, strict=True)}
        told |= {"name": calendar.name, "zone": hours.zone, "country": hours.country}
        worked = "\n".join(day.isoformat() for day in hours.worked)
        return cls(
            initial={**told, "subdivision": hours.subdivision, "off": typed.of_days(hours.off), "worked": worked}
        )

    @property
    def days(self) -> list[Any]:
        return [self[day] for day in WEEK]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        read = {day: self._read(day, typed.windows) or () for day in WEEK}
        off, worked = self._read("off", typed.days) or (), self._read("worked", typed.days) or ()
        if not self.errors:
            told["hours"] = Hours(
                zone=told["zone"],
                week=tuple(read.values()),
                country=told["country"],
                subdivision=told["subdivision"].strip().upper() if told["country"] else "",
                off=off,
                worked=tuple(day for day, _name in worked),
            )
            try:
                must_be_usable(told["hours"])
            except Invalid as refusal:
                self.add_error(None, refusal.sentence)
        return told

    def _read(self, name: str, reading: Any) -> Any:
        try:
            return reading(self.cleaned_data.get(name) or "")
        except Invalid as refusal:
            self.add_error(name, refusal.sentence)


class PolicyForm(OwnIds):
    """`terms` of its cleaned data is what a version takes."""

    name = forms.CharField(label=_("Name"), max_length=80)
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.filter(kind=Team.Kind.ENGINEERING),
        required=False,
        empty_label=_("any engineering team"),
    )
    rule = ConditionField(
        label=_("Holds for cases of which this is true"),
        understood=understood,
        help_text=_(
            'As in account.tier == "enterprise" && case.priority in [1, 2]. Empty is every case that no policy before it holds for. Which one holds is looked at anew with a message, a step, a judgement, a tag, a field, the account or environment; what it asks of other things, or of time that passes, counts from the next of those.'
        ),
    )
    calendar = forms.ModelChoiceField(label=_("Calendar"), queryset=Calendar.objects.standing(), empty_label=None)
    warn = forms.IntegerField(
        label=_("Warn when so much of the time has passed, in percent"),
        min_value=1,
        max_value=99,
        initial=75,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    pauses = forms.MultipleChoiceField(
        label=_("It stands still while"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, of: str, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = OF_CASE if of == Of.CASE else OF_TEAM
        reasons = CHOSEN_OF_CASE if of == Of.CASE else CHOSEN_OF_TEAM
        self.fields["pauses"].choices = [(reason.value, reason.label) for reason in reasons]  # type: ignore[attr-defined]
        if of == Of.CASE or not is_new:
            del self.fields["team"]
        for kind in self.kinds:
            for priority in PRIORITIES:
                label = f"{kind.label}: {word_of(priority) or _('not judged yet')}"
                self.fields[_target(kind, priority)] = forms.CharField(required=False, max_length=20, label=label)

    @classmethod
    def of(cls, policy: Policy, version: PolicyVersion) -> "PolicyForm":
        told: dict[str, Any] = {
            _target(kind, priority): typed.length(seconds)
            for kind, by_priority in version.told.items()
            for priority, seconds in by_priority.items()
        }
        told |= {"name": policy.name, "rule": version.rule, "warn": version.warn, "pauses": version.pauses}
        return cls(of=policy.of, is_new=False, initial=told | {"calendar": version.calendar_id})

    @property
    def rows(self) -> Iterator[tuple[str, list[Any]]]:
        """The targets as a table: a priority, and a field for each kind."""
        for priority in (*PRIORITIES[1:], 0):
            cells = [self[_target(kind, priority)] for kind in self.kinds]
            yield word_of(priority) or str(_("not judged yet")), cells

    @property
    def others(self) -> list[Any]:
        names = [name for name in self.fields if not name.startswith("target_")]
        return [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        targets: dict[str, dict[int, int]] = {}
        for kind in self.kinds:
            for priority in PRIORITIES:
                name = _target(kind, priority)
                if seconds := self._read(name, typed.seconds):
                    targets.setdefault(kind.value, {})[priority] = seconds
        told["rule"] = told.get("rule", "")
        if not targets and not self.errors:
            self.add_error(None, _("Say how long something may take, for at least one kind and priority."))
        names = ("rule", "calendar", "warn", "pauses")
        told["terms"] = {name: told.get(name) for name in names} | {"targets": targets}
        return told

    def _read(self, name: str, reading: Any) -> Any:
        try:
            return reading(self.cleaned_data.get(name) or "")
        except Invalid as refusal:
            self.add_error(name, refusal.sentence)


def _target(kind: str, priority: int) -> str:
    return f"target_{Kind(kind).value}_{priority}"


class WaitForm(OwnIds):
    words = forms.CharField(label=_("Whom for, and for what"), max_length=200)
