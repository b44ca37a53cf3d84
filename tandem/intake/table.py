"""Facts as one reads them: what they told beside what we measured."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.intake import compare
from tandem.intake.realms import Line
from tandem.kit import say

if TYPE_CHECKING:
    from tandem.intake.models import Fact, ReadBackLine


@dataclass(frozen=True)
class Row:
    """One fact from both sources, in plain values. `sentence` is why it is amber; empty when nothing is wrong.

    `confirmed` is which of the two values the customer confirmed, empty if none.
    """

    key: str
    label: str
    told: str
    measured: str
    differ: bool
    sentence: str
    told_by: str
    measured_by: str
    noted_at: datetime
    confirmed: str
    confirmed_at: datetime | None
    audience: str


@dataclass(frozen=True)
class Confirmation:
    """The newest read-back the customer answered, in short."""

    at: datetime | None
    by: str
    version: int
    right: int
    corrected: int
    wrong: int
    unsure: int

    @property
    def sentence(self) -> str:
        """“confirmed Tue 11:42 by Ana, 1 line corrected”; only what they did confirm is called so."""
        head = _("confirmed {at} by {name}") if self.right or self.corrected else _("answered {at} by {name}")
        counts = [
            (self.corrected, ngettext("{n} line corrected", "{n} lines corrected", self.corrected)),
            (self.wrong, ngettext("{n} line wrong", "{n} lines wrong", self.wrong)),
            (self.unsure, _("{n} not sure")),
        ]
        tail = [words.format(n=count) for count, words in counts if count]
        return ", ".join([head.format(at=say.moment(self.at), name=self.by), *tail])


@dataclass(frozen=True)
class Table:
    rows: list[Row]
    missing: list[Line]
    confirmation: Confirmation | None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def table_of(lines: Iterable[Line], facts: Iterable["Fact"], verdicts: Mapping[str, "ReadBackLine"]) -> Table:
    """What is doubtful first. `verdicts` are the customer's newest words in a read-back, by key."""
    known = {line.key: line for line in lines}
    by_key: dict[str, dict[str, Fact]] = defaultdict(dict)
    for fact in facts:
        by_key[fact.key][fact.source] = fact
    others = sorted(by_key.keys() - known.keys(), key=lambda key: min(fact.pk for fact in by_key[key].values()))
    order = [key for key in known if key in by_key] + others
    rows = [_row(known.get(key), by_key[key], verdicts.get(key)) for key in order]
    return Table(
        rows=sorted(rows, key=lambda row: not row.sentence),
        missing=[line for line in known.values() if line.ask and line.key not in by_key],
        confirmation=_confirmation(verdicts.values()),
    )


def _row(line: Line | None, sources: Mapping[str, "Fact"], verdict: "ReadBackLine | None") -> Row:
    told, measured = (sources[source].value if source in sources else "" for source in ("told", "measured"))
    newest = max(sources.values(), key=lambda fact: fact.noted_at)
    confirmed = _confirmed(sources, verdict)
    differ = bool(told and measured) and compare.differ(told, measured, line.kind if line else "text")
    return Row(
        key=newest.key,
        label=newest.label,
        told=told,
        measured=measured,
        differ=differ,
        sentence=compare.sentence(line, told, measured) if differ else _doubt(sources, verdict),
        told_by=str(sources["told"].noted_by or "") if told else "",
        measured_by=_system(sources.get("measured")),
        noted_at=newest.noted_at,
        confirmed=confirmed,
        confirmed_at=verdict.answered_at if verdict and confirmed else None,
        audience=newest.audience,
    )


def _system(fact: "Fact | None") -> str:
    return fact.collection.collector.name if fact and fact.collection and fact.collection.collector else ""


def _doubt(sources: Mapping[str, "Fact"], verdict: "ReadBackLine | None") -> str:
    if verdict and verdict.is_wrong_without_correction and _is_about(sources, verdict):
        return _("{name} says “{value}” is wrong.").format(name=_name(verdict.answered_by), value=verdict.value)
    return ""


def _is_about(sources: Mapping[str, "Fact"], verdict: "ReadBackLine") -> bool:
    return any(fact.value == verdict.value for fact in sources.values())


def _confirmed(sources: Mapping[str, "Fact"], verdict: "ReadBackLine | None") -> str:
    """The standing value the customer agreed to; what came after their word is not confirmed."""
    agreed = verdict.agreed_value if verdict else ""
    return agreed if any(fact.value == agreed for fact in sources.values()) else ""


def _confirmation(verdicts: Iterable["ReadBackLine"]) -> Confirmation | None:
    answered = list(verdicts)
    if not answered:
        return None
    newest = max(answered, key=lambda line: (line.answered_at, line.readback_id))
    lines = [line for line in answered if line.readback_id == newest.readback_id]
    return Confirmation(
        at=newest.answered_at,
        by=_name(newest.answered_by),
        version=newest.readback.version,
        right=sum(line.verdict == "right" for line in lines),
        corrected=sum(bool(line.correction) for line in lines),
        wrong=sum(line.is_wrong_without_correction for line in lines),
        unsure=sum(line.verdict == "unsure" for line in lines),
    )


def _name(person: Any) -> str:
    return person.first_name if person else ""
