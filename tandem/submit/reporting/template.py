"""A template of a report as plain values: what it is about, the sections of its form, and what may be asked later."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tandem.kit.conditions import Condition

KINDS = ("text", "long", "choice", "several", "number", "time", "version", "url", "environment", "files")
NO_FACT = "none"

Words = str | Promise
Audience = Literal["customer", "support"]


@dataclass(frozen=True)
class Field:
    """One question of the form. What is answered becomes the fact `fact`, unless that is “none”."""

    key: str
    label: str
    ask: str = ""
    kind: str = "text"
    required: bool = False
    hint: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    when: Condition | None = None
    fact: str = ""
    audience: Audience = "customer"
    measured_by: str = "none"
    differ: str = ""
    differ_less: str = ""
    differ_more: str = ""
    evidence: bool = False

    @property
    def question(self) -> Words:
        return said(self.ask or self.label)

    @property
    def becomes(self) -> str:
        """The key of the fact its answer becomes; empty if it becomes none."""
        if self.fact == NO_FACT or self.kind in ("environment", "files"):
            return ""
        return self.fact or self.key


@dataclass(frozen=True)
class Section:
    fields: tuple[Field, ...]
    title: str = ""
    hint: str = ""
    when: Condition | None = None

    @property
    def heading(self) -> Words:
        return said(self.title)

    @property
    def advice(self) -> Words:
        return said(self.hint)


@dataclass(frozen=True)
class Template:
    """`lines` are worth knowing too, but asked only later. `components` are those it depends on, by slug."""

    label: str
    kind: str
    sections: tuple[Section, ...]
    area: str = ""
    about: str = ""
    examples: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    lines: tuple[Field, ...] = ()
    source: str = field(default="", repr=False, compare=False)

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for section in self.sections for field in section.fields)

    def without(self, kinds: Collection[str]) -> "Template":
        """The same, but for questions of these kinds."""
        if not kinds:
            return self
        kept = [
            replace(section, fields=tuple(field for field in section.fields if field.kind not in kinds))
            for section in self.sections
        ]
        return replace(self, sections=tuple(kept))

    def shown(self, answers: Mapping[str, Any]) -> list[Section]:
        """The sections and fields these answers call for. What is not shown counts as not answered."""
        known: dict[str, Any] = {}
        return [section for section in (_shown(section, answers, known) for section in self.sections) if section.fields]


def _shown(section: Section, answers: Mapping[str, Any], known: dict[str, Any]) -> Section:
    shown = []
    if section.when is None or section.when.holds(known):
        for asked in section.fields:
            if asked.when is None or asked.when.holds(known):
                shown.append(asked)
                if answers.get(asked.key) not in (None, "", []):
                    known[asked.key] = answers[asked.key]
    return Section(tuple(shown), section.title, section.hint, section.when)


def said(text: str) -> Words:
    """What we ship is translated; what a manager wrote is said as it stands."""
    return _(text) if text else ""
