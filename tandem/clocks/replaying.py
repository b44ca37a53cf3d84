"""The clocks of a case as its ledger tells them: the lines, what they mean, and what each clock says. Writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from tandem.cases.models import Case, Event
from tandem.clocks import choosing
from tandem.clocks.history import HEARD, TALK, History, Line, Run, read
from tandem.clocks.reckoning import Reckoned, reckon
from tandem.clocks.terms import Terms

VERBS = (*HEARD, choosing.CHOSEN)
COLUMNS = ("seq", "at", "verb", "by", "facts")


@dataclass
class Replay:
    history: History
    timelines: dict[int, list[Terms]]

    def all(self) -> list[Reckoned]:
        return self.of(self.history.runs)

    def of(self, runs: Iterable[Run]) -> list[Reckoned]:
        found = (reckon(run, self.history.pauses, self.timelines.get(run.team, ())) for run in runs)
        return [reckoned for reckoned in found if reckoned]

    def with_terms(self, of: int, terms: Terms) -> "Replay":
        """As if these were chosen too."""
        return Replay(self.history, self.timelines | {of: [*self.timelines.get(of, []), terms]})

    def asked_of(self) -> list[int]:
        """The escalations whose clocks still run."""
        return [run.team for run in self.history.runs if run.team and run.ended is None]


def replay(case: Case) -> Replay:
    """Two queries; one more for agreements, and one for cases merged in."""
    lines = _lines(case)
    return Replay(read(lines), choosing.timelines(lines, choosing.agreements(lines)))


def _lines(case: Case) -> list[Line]:
    own = _forward(_told(Event.objects.filter(case=case, verb__in=VERBS).order_by("seq").values_list(*COLUMNS)))
    numbers = {line.facts["case"] for line in own if line.verb == "case.took_in"}
    if not numbers:
        return own
    rows = Event.objects.filter(case__number__in=numbers, verb__in=TALK).order_by("at", "pk")
    return _together(own, _told(rows.values_list(*COLUMNS, "case__number")))


def _told(rows: Iterable[tuple]) -> list[Line]:
    return [Line(seq, int(at.timestamp()), verb, by, facts, *of) for seq, at, verb, by, facts, *of in rows]


def _forward(lines: list[Line]) -> list[Line]:
    """The ledger has one order; where two acts met, the later line may tell the earlier time."""
    latest, told = 0, []
    for line in lines:
        latest = max(latest, line.at)
        told.append(line._replace(at=latest))
    return told


def _together(own: list[Line], others: list[Line]) -> list[Line]:
    """Those of other cases where they happened, without disturbing the order of its own."""
    told: list[Line] = []
    waiting = iter(others)
    other = next(waiting, None)
    for line in own:
        while other and other.at <= line.at:
            told.append(other)
            other = next(waiting, None)
        told.append(line)
    return [*told, *([other] if other else []), *waiting]
