"""One question of a template: as a field of a form, as what a condition compares, as what is kept, as words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tandem.customers.models import Environment
from tandem.kit import uploads
from tandem.submit.reporting import Field
from tandem.submit.reporting.template import said

SEEN_AT_ONCE = 6  # choices; more are folded into a list


def values(fields: Iterable[Field], told: Mapping[str, Any]) -> dict[str, Any]:
    """What was told so far, right or not, for conditions to compare."""
    return {field.key: _value(field, told[field.key]) for field in fields if told.get(field.key) not in (None, "", [])}


def _value(field: Field, told: Any) -> Any:
    if field.kind == "several":
        return [str(choice) for choice in (told if isinstance(told, list) else [told])]
    told = str(told[0] if isinstance(told, list) else told).strip()
    return _number(told) if field.kind == "number" else told


def _number(told: str) -> float | str:
    try:
        number = Decimal(told)
    except InvalidOperation:
        return ""
    return float(number) if number.is_finite() else ""


def form_field(field: Field, actor: Any) -> forms.Field:
    common: dict[str, Any] = {"label": field.question, "required": field.required, "help_text": _hint(field)}
    return MAKES[field.kind](field, common, actor)


def _hint(field: Field) -> Any:
    if not field.example:
        return said(field.hint)
    example = _("For example: {example}")
    return _joined(said(field.hint), example, field.example)


def _joined(hint: Any, example: Any, value: str) -> str:
    return f"{hint} {str(example).format(example=value)}".strip()


def _text(field: Field, common: dict[str, Any], actor: Any) -> forms.Field:
    return forms.CharField(max_length=80 if field.kind == "version" else 500, **common)


def _long(field: Field, common: dict[str, Any], actor: Any) -> forms.Field:
    return forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 3}), **common)


def _choice(field: Field, common: dict[str, Any], actor: Any) -> forms.Field:
    choices = [(choice, said(choice)) for choice in field.choices]
    if len(choices) > SEEN_AT_ONCE:
        return forms.ChoiceField(choices=[("", "—"), *choices], **common)
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)


def _several(field: Field, common: dict[str, Any], actor: Any) -> forms.Field:
    choices = [(choice, said(choice)) for choice in field.choices]
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)


def _number_field(field: Field, common: dict[str, Any], actor: Any) -> forms.Field:
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"})
    return forms.DecimalField(max_digits=20, decimal_places=6, widget=widget, **common)


def _time(field: Field, common: dict[str, Any], actor: Any) -> forms.Field:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **common)


def _url(field: Field, common: dict[str, Any], actor: Any) -> forms.Field:
    return forms.URLField(max_length=500, assume_scheme="https", **common)


def _environment(field: Field, common: dict[str, Any], actor: Any) -> forms.Field:
    theirs = Environment.objects.visible_to(actor).select_related("account") if actor else Environment.objects.none()
    return forms.ModelChoiceField(theirs, empty_label=_("I am not sure"), **common)


def _files(field: Field, common: dict[str, Any], actor: Any) -> forms.Field:
    limits = uploads.FilesField().help_text
    return uploads.FilesField(label=common["label"], help_text=f"{common['help_text']} {limits}".strip())


MAKES = {
    "text": _text,
    "version": _text,
    "long": _long,
    "choice": _choice,
    "several": _several,
    "number": _number_field,
    "time": _time,
    "url": _url,
    "environment": _environment,
    "files": _files,
}


def kept(field: Field, answer: Any) -> Any:
    """What is kept of an answer with the report: text, or a list of texts."""
    if answer is None or field.kind == "files":
        return ""
    if isinstance(answer, datetime):
        return timezone.localtime(answer).strftime("%Y-%m-%d %H:%M %Z")
    if isinstance(answer, Decimal):
        return f"{answer.normalize():f}"
    return [str(one) for one in answer] if isinstance(answer, list) else str(answer)


def in_words(answer: Any) -> str:
    return ", ".join(answer) if isinstance(answer, list) else str(answer)
