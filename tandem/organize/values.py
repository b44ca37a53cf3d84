"""From what a person typed into a field to what is kept of it; and how it is said, and asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.utils import formats
from django.utils.translation import gettext as _

from tandem.kit.errors import Invalid
from tandem.kit.text import readable
from tandem.organize.models.field import Field, FieldKind
from tandem.people.models import User

LONGEST = 500
LARGEST = Decimal(10) ** 15


class NotAValue(Invalid):
    """That cannot stand in this field."""


@dataclass(frozen=True)
class Value:
    """`value` is plain JSON, for programs and conditions; `text` is how it reads.

    One asks by the `words`, by the `number`, or, of what is written freely, by the text: it stands nowhere else, so that
    what is erased is gone.
    """

    value: Any
    text: str
    words: tuple[str, ...]
    number: Decimal | None = None


def read(field: Field, raw: Any) -> Value | None:
    """None of nothing. Raises `NotAValue`, in a sentence that names the field."""
    told = (
        [one for one in raw if str(one).strip()]
        if isinstance(raw, list | tuple)
        else str(raw if raw is not None else "")
    )
    if not (told if isinstance(told, list) else told.strip()):
        return None
    if isinstance(told, str):
        told = readable(told).strip()[: LONGEST + 1]
        if len(told) > LONGEST:
            raise NotAValue(_("“{field}” holds at most {n} characters.").format(field=field.label, n=LONGEST))
    return READERS[FieldKind(field.kind)](field, told)


def _text(field: Field, told: Any) -> Value:
    return Value(told, told, ())


def _number(field: Field, told: Any) -> Value:
    try:
        number = Decimal(told.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= LARGEST:
        raise NotAValue(_("“{field}” is a number, as 12 or 3.5.").format(field=field.label))
    number = round(number, 6).normalize()
    plain = int(number) if number == number.to_integral_value() else float(number)
    return Value(plain, formats.localize(plain), (str(plain),), number)


def _date(field: Field, told: Any) -> Value:
    try:
        day = date.fromisoformat(told)
    except ValueError:
        raise NotAValue(_("“{field}” is a day, as 2026-01-31.").format(field=field.label)) from None
    return Value(day.isoformat(), day.isoformat(), (day.isoformat(),), Decimal(day.toordinal()))


def _choice(field: Field, told: Any) -> Value:
    chosen = _among(field, told)
    return Value(chosen, chosen, (chosen.lower(),))


def _several(field: Field, told: Any) -> Value:
    listed = told if isinstance(told, list) else told.split(",")
    chosen = {_among(field, one) for one in listed if str(one).strip()}
    ordered = [choice for choice in field.choices if choice in chosen]
    return Value(ordered, ", ".join(ordered), tuple(choice.lower() for choice in ordered))


def _among(field: Field, told: Any) -> str:
    for choice in field.choices:
        if choice.lower() == str(told).strip().lower():
            return choice
    said = _("“{field}” is one of these: {choices}.").format(field=field.label, choices=", ".join(field.choices))
    raise NotAValue(said)


def _person(field: Field, told: Any) -> Value:
    person = User.objects.colleagues().filter(email=told.lower()).first()
    if person is None:
        raise NotAValue(_("“{field}” is one of us, by their address.").format(field=field.label))
    return Value(person.email, person.name, (person.email,))


def _yes_no(field: Field, told: Any) -> Value:
    said = {"yes": True, "true": True, "on": True, "no": False, "false": False}.get(told.lower())
    if said is None:
        raise NotAValue(_("“{field}” is yes or no.").format(field=field.label))
    return Value(said, "yes" if said else "no", ("yes" if said else "no",))


def _link(field: Field, told: Any) -> Value:
    parts = urlsplit(told) if told.isprintable() and " " not in told else urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise NotAValue(_("“{field}” is an address that begins with https:// or http://.").format(field=field.label))
    return Value(told, told, ())


READERS: dict[FieldKind, Callable[[Field, Any], Value]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.SEVERAL: _several,
    FieldKind.PERSON: _person,
    FieldKind.YES_NO: _yes_no,
    FieldKind.LINK: _link,
}


def said(kind: str, text: str) -> str:
    """How a kept value reads in the reader's language."""
    match kind:
        case FieldKind.YES_NO:
            return _("yes") if text == "yes" else _("no")
        case FieldKind.DATE if day := _day(text):
            return formats.date_format(day, "j F Y")
    return text


def _day(text: str) -> date | None:
    """None where it was erased."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
