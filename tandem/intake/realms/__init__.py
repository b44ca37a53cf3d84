"""What to ask and what to measure for each realm of the product: what its report asks, then what every realm has."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from django.utils.functional import Promise

from tandem.submit.models import ReportTemplate
from tandem.submit.reporting import Template
from tandem.submit.reporting.reading import lines_of
from tandem.submit.reporting.shipped import OTHER
from tandem.submit.reporting.template import Field, said

Kind = Literal["text", "number", "choice", "version", "browser"]
MeasuredBy = Literal["none", "account", "environment", "form"]
Words = str | Promise
COMPARED = {"number": "number", "choice": "choice", "version": "version"}


@dataclass(frozen=True)
class Line:
    """One thing worth knowing. `differ` is what to say when {told} and {measured} are not the same; `differ_less` and
    `differ_more` when what they told is less, or older, or more than what we measured.

    `evidence`: a remedy may wipe it away, so it is looked at before one is chosen.
    """

    key: str
    label: Words
    ask: Words = ""
    kind: Kind = "text"
    measured_by: MeasuredBy = "none"
    choices: tuple[str, ...] = ()
    differ: Words = ""
    differ_less: Words = ""
    differ_more: Words = ""
    audience: Literal["customer", "support"] = "customer"
    evidence: bool = False


@dataclass(frozen=True)
class Realm:
    """A part of the product, as a customer would tell it from the others."""

    slug: str
    label: Words
    about: Words
    examples: tuple[Words, ...]
    lines: tuple[Line, ...] = field(repr=False)


def all() -> list[Realm]:
    """Every realm, for a choice list."""
    return [_realm(slug, template) for slug, template in ReportTemplate.objects.known().items() if slug != OTHER]


def get(slug: str) -> Realm | None:
    template = ReportTemplate.objects.known().get(slug) if slug != OTHER else None
    return _realm(slug, template) if template else None


def lines(slug: str) -> tuple[Line, ...]:
    """The lines of a case, most important first; before its realm is known, those every realm has."""
    realm = get(slug)
    return realm.lines if realm else _common()


def line(slug: str, key: str) -> Line | None:
    """The line with this key, looked for in the realm first, then in all of them."""
    found = (line for line in (*lines(slug), *_every_line()) if line.key == key)
    return next(found, None)


def _every_line() -> Iterable[Line]:
    return (line for realm in all() for line in realm.lines)


@lru_cache(maxsize=100)
def _realm(slug: str, template: Template) -> Realm:
    own = tuple(_line(field) for field in (*template.fields, *template.lines) if field.becomes)
    keys = {line.key for line in own}
    return Realm(
        slug=slug,
        label=said(template.label),
        about=said(template.about),
        examples=tuple(map(said, template.examples)),
        lines=own + tuple(line for line in _common() if line.key not in keys),
    )


@cache
def _common() -> tuple[Line, ...]:
    source = resources.files(__name__).joinpath("common.yaml").read_text(encoding="utf-8")
    return tuple(_line(field) for field in lines_of(source))


def _line(told: Field) -> Line:
    key = told.becomes or told.key
    return Line(
        key=key,
        label=said(told.label),
        ask=said(told.ask),
        # A browser is named in many ways, and its program names itself.
        kind="browser" if key == "browser" else COMPARED.get(told.kind, "text"),  # type: ignore[arg-type]
        measured_by=told.measured_by,  # type: ignore[arg-type]
        choices=told.choices if told.kind == "choice" else (),
        differ=said(told.differ),
        differ_less=said(told.differ_less),
        differ_more=said(told.differ_more),
        audience=told.audience,
        evidence=told.evidence,
    )
