"""What people may ask about how work on cases is organized."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case, Link
from tandem.cases.query.words import NotUnderstood, chosen, when, word
from tandem.organize.models import Field, FieldKind, FieldValue, Snooze, Tag, Tagging, Task
from tandem.organize.values import LARGEST

SUGGESTED = 40


@word(
    "snoozed",
    _(
        "when its snooze ends: <2d within two days, >1w later than that; what waits only for an event is later; me: I put it off"
    ),
    ["me"],
)
def snoozed(value: str, actor: Any) -> Q:
    if value.lower() == "me":
        return Q(snoozed_until__isnull=False) & _has(Snooze.objects.standing().filter(begun_by=actor.pk))
    return Q(snoozed_until__isnull=False) & when("snoozed_until", value, "snoozed", ahead=True)


def _known_tags(begun: str, actor: Any) -> list[tuple[str, str]]:
    tags = Tag.objects.visible_to(actor).standing().filter(name__startswith=begun.lower())
    return [(tag.name, str(tag.get_kind_display())) for tag in tags[:SUGGESTED]]


def _known_fields(begun: str, actor: Any) -> list[tuple[str, str]]:
    """The choices of a field, where it has some."""
    key, _equals, value = begun.lower().partition("=")
    fields = Field.objects.visible_to(actor).standing().filter(key__startswith=key)[:SUGGESTED]
    told = [
        (field, choice) for field in fields for choice in field.choices or ["yes", "no"][: 2 * (field.kind == "yes_no")]
    ]
    chosen = [
        (f"{field.key}={choice.lower()}", field.label) for field, choice in told if choice.lower().startswith(value)
    ]
    return [*chosen, *((f"{field.key}=none", field.label) for field in fields if "none".startswith(value))]


@word("tag", _("what it is tagged with"), ["none"], suggest=_known_tags)
def tag(value: str, actor: Any) -> Q:
    standing = Tagging.objects.standing()
    if (name := value.lower().removeprefix("#")) == "none":
        return ~_has(standing)
    # As keys: with few tags the database then knows how many cases they are on.
    if tags := list(Tag.objects.visible_to(actor).meaning(name).values_list("pk", flat=True)):
        return _has(standing.filter(tag__in=tags))
    raise NotUnderstood(gettext("There is no tag “{name}”.").format(name=value))


TASKS = ["me", "late", "open", "none"]


@word("task", _("what is still to be done on it: by me, past its time, anything, nothing"), TASKS)
def task(value: str, actor: Any) -> Q:
    tasks = Task.objects.open()
    match chosen(value, TASKS, "task"):
        case "me":
            return _has(tasks.filter(whom=actor.pk))
        case "late":
            return _has(tasks.late())
        case "none":
            return ~_has(tasks)
    return _has(tasks)


@word(
    "field",
    _(
        "what a field of ours says: plan=gold, rows>1000, until<2026-01-31, approver=me, plan=none; each alternative names its field"
    ),
    suggest=_known_fields,
)
def field(value: str, actor: Any) -> Q:
    found = re.fullmatch(r"([A-Za-z][A-Za-z0-9_]*)([=<>])(.+)", value.strip(), re.DOTALL)
    fields = Field.objects.visible_to(actor).filter(key=found[1].lower()) if found else Field.objects.none()
    kinds = set(fields.values_list("kind", flat=True))
    if not found or not kinds:
        raise NotUnderstood(_no_field(value, found[1] if found else "", actor))
    key, sign, told = found[1].lower(), found[2], found[3].strip().lower()
    standing = FieldValue.objects.standing().filter(key=key)
    if sign == "=":
        if told == "none":
            return ~_has(standing)
        told = actor.email if told == "me" and FieldKind.PERSON in kinds else told
        chosen_as = Q(words__contains=[f"{key}={_as_kept(told, kinds)}"])
        if kinds & {FieldKind.TEXT, FieldKind.LINK}:
            return _has(standing.alias(low=Lower("text")).filter(Q(low=told) | chosen_as))
        return _has(standing.filter(chosen_as))
    bound = {"number__isnull": False, f"number__{'lt' if sign == '<' else 'gt'}": _number(told, value)}
    return _has(standing.filter(**bound))


def _no_field(value: str, key: str, actor: Any) -> str:
    known = ", ".join(Field.objects.visible_to(actor).standing().values_list("key", flat=True)[:20])
    if key:
        return gettext("There is no field “{key}”. There are: {known}.").format(key=key, known=known or "–")
    return gettext("“field:{value}” is not understood: write field:key=value. There are: {known}.").format(
        value=value, known=known or "–"
    )


def _as_kept(told: str, kinds: set[str]) -> str:
    """12.0 and 12 are one number."""
    if kinds & {FieldKind.NUMBER}:
        try:
            number = Decimal(told).normalize()
            return str(int(number) if number == number.to_integral_value() else float(number))
        except (InvalidOperation, ValueError, OverflowError):
            return told
    return told


def _number(told: str, value: str) -> Decimal:
    """A day counts as the number of days since the year 1. Raises `NotUnderstood`."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", told):
            return Decimal(date.fromisoformat(told).toordinal())
        number = Decimal(told)
    except (InvalidOperation, ValueError):
        number = Decimal("NaN")
    if number.is_finite() and abs(number) < LARGEST:
        return number
    raise NotUnderstood(
        gettext("“field:{value}” compares with a number or a day, as 12 or 2026-01-31.").format(value=value)
    )


def _has(rows: QuerySet) -> Q:
    """One of these rows is of the case. Not as a list of keys: “-tag:export” would compare each case with all of it."""
    return Q(Exists(rows.filter(case=OuterRef("pk")).order_by()))


@word("parent", _("below which case it stands, by its number; none: below no other"), ["none"])
def parent(value: str, actor: Any) -> Q:
    below = Link.objects.to_parents()
    if value.lower() == "none":
        return ~_has(below)
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise NotUnderstood(gettext("“parent:{value}” is no number of a case.").format(value=value))
    above = list(Case.objects.visible_to(actor).filter(number=int(value)).order_by().values_list("pk", flat=True))
    if not above:
        raise NotUnderstood(gettext("There is no case {number}.").format(number=value))
    return _has(below.filter(other__in=above))
