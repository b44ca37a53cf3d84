"""What to ask and what to measure for each realm of the product, in versioned YAML beside this file."""

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Kind = Literal["text", "number", "choice", "version"]
MeasuredBy = Literal["none", "account", "environment", "form"]
Words = str | Promise


@dataclass(frozen=True)
class Line:
    """One thing worth knowing. `differ` is what to say when {told} and {measured} are not the same."""

    key: str
    label: Words
    ask: Words = ""
    kind: Kind = "text"
    measured_by: MeasuredBy = "none"
    choices: tuple[str, ...] = ()
    differ: Words = ""
    audience: Literal["customer", "support"] = "customer"


@dataclass(frozen=True)
class Realm:
    """A part of the product, as a customer would tell it from the others."""

    slug: str
    version: int
    label: Words
    about: Words
    examples: tuple[Words, ...]
    lines: tuple[Line, ...] = field(repr=False)


def all() -> list[Realm]:
    """Every realm, for a choice list."""
    return list(_shipped().values())


def get(slug: str) -> Realm | None:
    return _shipped().get(slug)


def lines(slug: str) -> tuple[Line, ...]:
    """The lines of a case, most important first; before its realm is known, those every realm has."""
    realm = get(slug)
    return realm.lines if realm else _common()


def line(slug: str, key: str) -> Line | None:
    """The line with this key, looked for in the realm first, then in all of them."""
    known = (line for line in (*lines(slug), *_every_line()) if line.key == key)
    return next(known, None)


@cache
def _shipped() -> dict[str, Realm]:
    names = sorted(file.name for file in resources.files(__name__).iterdir() if file.name.endswith(".yaml"))
    slugs = [name.removesuffix(".yaml") for name in names if name != "common.yaml"]
    return {slug: _realm(slug, _read(slug)) for slug in slugs}


@cache
def _common() -> tuple[Line, ...]:
    return tuple(map(_line, _read("common")["lines"]))


@cache
def _every_line() -> tuple[Line, ...]:
    return tuple(line for realm in all() for line in realm.lines)


def _read(slug: str) -> dict[str, Any]:
    return yaml.safe_load(resources.files(__name__).joinpath(f"{slug}.yaml").read_text(encoding="utf-8"))


def _realm(slug: str, told: dict[str, Any]) -> Realm:
    own = tuple(map(_line, told["lines"]))
    return Realm(
        slug=slug,
        version=told["version"],
        label=_(told["label"]),
        about=_(told["about"]),
        examples=tuple(_(example) for example in told["examples"]),
        lines=own + _common(),
    )


def _line(told: dict[str, Any]) -> Line:
    said: dict[str, Any] = {name: _(told[name]) for name in ("label", "ask", "differ") if name in told}
    return Line(**told | said | {"choices": tuple(told.get("choices", ()))})
