from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tandem.cases.forms import OtherCaseForm
from tandem.cases.journey import Stage
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.kit.forms import ConditionField, OwnIds
from tandem.organize import values
from tandem.organize.models import Field, FieldKind, Tag, TagKind, Task
from tandem.organize.models.field import LONGEST as LONGEST_LABEL
from tandem.organize.models.field import READERS, understood
from tandem.organize.models.tag import LONGEST
from tandem.organize.waking import Wakes
from tandem.people.models import User

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


class TaggingForm(OwnIds):
    name = forms.CharField(label=_("Tag"), max_length=60)


class TagForm(OwnIds):
    name = forms.CharField(label=_("Name"), max_length=LONGEST, help_text=_("In lower case; spaces become hyphens."))
    kind = forms.ChoiceField(label=_("Kind"), choices=TagKind)


class TagMergeForm(OwnIds):
    into = forms.ModelChoiceField(Tag.objects.none(), label=_("Means the same as"), empty_label=_("choose …"))

    def __init__(self, *args: Any, tag: Tag, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Tag.objects.standing().exclude(pk=tag.pk)  # type: ignore[attr-defined]


class FieldsForm(OwnIds):
    """The fields of a case, each by its key; `told` is what was said last."""

    def __init__(self, *args: Any, asked: Sequence[Field], told: Mapping[str, Any], **kwargs: Any) -> None:
        begun = {key: _typed(row) for key, row in told.items()}
        super().__init__(*args, **{"initial": begun, "prefix": "field", **kwargs})
        self.asked = {field.key: field for field in asked}
        people = [(one.email, one.name) for one in _people(asked)]
        for field in asked:
            self.fields[field.key] = _input(field, people)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        self.typed: dict[str, values.Value | None] = {}
        for key, field in self.asked.items():
            try:
                self.typed[key] = values.read(field, told.get(key))
            except Invalid as refusal:
                self.add_error(key, refusal.sentence)
        return told


def _people(asked: Sequence[Field]) -> Iterable[User]:
    return User.objects.colleagues() if any(field.kind == FieldKind.PERSON for field in asked) else ()


def _typed(row: Any) -> Any:
    """A kept value as a form says it."""
    return row.text if row.field.kind == FieldKind.YES_NO else row.value


def _input(field: Field, people: list[tuple[str, str]]) -> forms.Field:
    told: dict[str, Any] = {"label": field.label, "help_text": field.hint, "required": False}
    nothing, options = ("", "–"), [(choice, choice) for choice in field.choices]
    match field.kind:
        case FieldKind.CHOICE:
            return forms.ChoiceField(choices=[nothing, *options], **told)
        case FieldKind.SEVERAL:
            return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **told)
        case FieldKind.PERSON:
            return forms.ChoiceField(choices=[nothing, *people], **told)
        case FieldKind.YES_NO:
            return forms.ChoiceField(choices=[nothing, ("yes", _("yes")), ("no", _("no"))], **told)
    kind = {FieldKind.DATE: "date", FieldKind.LINK: "url"}.get(FieldKind(field.kind), "text")
    shape = {"type": kind} | ({"inputmode": "decimal"} if field.kind == FieldKind.NUMBER else {})
    return forms.CharField(widget=forms.TextInput(attrs=shape), max_length=values.LONGEST, **told)


class FieldForm(OwnIds):
    """What a manager says of a field."""

    label = forms.CharField(label=_("What it is called"), max_length=LONGEST_LABEL)
    hint = forms.CharField(label=_("Hint"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=FieldKind)
    choices = forms.CharField(
        label=_("Choices"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=5000,
        help_text=_("One on each line, for one or some of several."),
    )
    realm = forms.SlugField(
        label=_("Realm"), max_length=40, required=False, help_text=_("Only of this part of the product; empty: of all.")
    )
    applies_if = ConditionField(
        label=_("Asked if"),
        understood=understood,
        help_text=_('In CEL, of other fields and of the case: field.plan == "gold" && account.tier == "enterprise"'),
    )
    required_before = forms.ChoiceField(
        label=_("Needed before a case becomes"), choices=[("", "–"), *Stage.choices], required=False
    )
    audience = forms.ChoiceField(label=_("Read by"), choices=READERS)

    def clean_choices(self) -> list[str]:
        return [told for line in self.cleaned_data["choices"].splitlines() if (told := " ".join(line.split()))]


class NewFieldForm(FieldForm):
    key = forms.CharField(
        label=_("Key"), max_length=40, help_text=_("As one asks for it, field:root_cause=disk. It never changes.")
    )
    field_order = ["key", "label"]


class TaskForm(OwnIds):
    text = forms.CharField(label=_("What is to be done"), max_length=300)
    whom = forms.ModelChoiceField(
        User.objects.none(), label=_("By whom"), required=False, empty_label=_("whoever comes first")
    )
    due_at = forms.DateTimeField(
        label=_("Due"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    must = forms.BooleanField(label=_("Before the case is closed"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whom"].queryset = User.objects.colleagues()  # type: ignore[attr-defined]


class TaskChangeForm(TaskForm):
    """Its words, for whom and by when; `must` stays."""

    must = None  # type: ignore[assignment]

    @classmethod
    def of(cls, task: Task) -> "TaskChangeForm":
        return cls(initial={"text": task.text, "whom": task.whom_id, "due_at": task.due_at})

    def told(self, task: Task) -> dict[str, Any]:
        """For `change`. A time is typed in minutes: what is still the same minute stays to the second."""
        told, was = dict(self.cleaned_data), task.due_at
        if was and told["due_at"] == was.replace(second=0, microsecond=0):
            told["due_at"] = was
        return told


class TaskListForm(OwnIds):
    name = forms.CharField(label=_("Name"), max_length=80)
    body = forms.CharField(
        label=_("Tasks"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20_000,
        help_text=_(
            "One on each line. “!” before it: the case is not closed before. Behind it “+2d”: due within two days; “@name”: for that person, where at least two words come before, so that “Ask @name” stays as it is."
        ),
    )


class ChildForm(OtherCaseForm):
    """Which case stands below this one."""
