"""From the ledger of a case to what its clocks measure: runs that begin and end, and spans in which they may stand still."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tandem.cases.journey import Stage
from tandem.cases.ledger import BY_RULE
from tandem.clocks.terms import Kind, Reason


class Line(NamedTuple):
    """A line of the ledger, `at` in whole seconds. `of` is the number of a case that was merged in, 0 for its own."""

    seq: int
    at: int
    verb: str
    by: int | None
    facts: dict[str, Any]
    of: int = 0

    @property
    def is_ours(self) -> bool:
        """A person did it: neither the house, nor a rule somebody stands for."""
        return self.by is not None and BY_RULE not in self.facts


@dataclass
class Run:
    """One measuring of something: since line `seq`, until it was met or withdrawn. `team` is the escalation it is about."""

    kind: str
    seq: int
    began: int
    team: int = 0
    ended: int | None = None
    how: str = ""

    def end(self, at: int, how: str) -> None:
        if self.ended is None:
            self.ended, self.how = at, how


@dataclass
class Pause:
    reason: str
    since: int
    until: int | None = None
    words: str = ""


@dataclass
class History:
    runs: list[Run] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)


MET, WITHDRAWN = "met", "withdrawn"


def read(lines: Iterable[Line]) -> History:
    """In the order of the ledger; lines of cases merged in stand where they happened."""
    reader = _Reader()
    for line in lines:
        reader.hear(line)
    return reader.told()


class _Reader:
    def __init__(self) -> None:
        self.history = History()
        self.closed_at: int | None = None
        self.spoke: int | None = None
        """When the customer spoke on the closed case; that opens it again, if they are heard."""
        self.merged_in: set[int] = set()
        self.waiting: dict[int, Line] = {}
        """Of other cases, the word of the customer that nobody has answered."""

    def told(self) -> History:
        if merged := self._standing(Reason.MERGED):
            for run in self.history.runs:
                run.end(merged.since, WITHDRAWN)
        return self.history

    def hear(self, line: Line) -> None:
        if line.of:
            return self._of_another(line)
        if act := ACTS.get(line.verb):
            act(self, line)
        elif line.verb.startswith("case.entered_"):
            self._moved(line)
        return None

    # What the customer says, and what we say.

    def opened(self, line: Line) -> None:
        self._begin(Kind.FIRST_ANSWER, line)
        self._begin(Kind.RESOLUTION, line)

    def spoken(self, line: Line) -> None:
        if self.closed_at is not None:
            self.spoke = line.at
        elif not self._open(Kind.FIRST_ANSWER) and not self._open(Kind.NEXT_ANSWER):
            self._begin(Kind.NEXT_ANSWER, line)

    def answered(self, line: Line) -> None:
        if not line.is_ours or line.facts.get("kind") == "receipt":
            return  # nobody spoke: that is no answer
        for run in self._open(Kind.FIRST_ANSWER) + self._open(Kind.NEXT_ANSWER):
            run.end(line.at, MET)

    def took_in(self, line: Line) -> None:
        other = line.facts["case"]
        self.merged_in.add(other)
        if other in self.waiting:
            self.spoken(line)

    def gave_back(self, line: Line) -> None:
        self.merged_in.discard(line.facts["case"])

    def _of_another(self, line: Line) -> None:
        is_answer = line.verb in ANSWERS
        if line.of in self.merged_in:
            (self.answered if is_answer else self.spoken)(line)
        elif is_answer and line.is_ours:
            self.waiting.pop(line.of, None)
        elif not is_answer:
            self.waiting.setdefault(line.of, line)

    # Where it stands.

    def _moved(self, line: Line) -> None:
        self._resume(Reason.VERIFICATION, line)
        if line.verb == "case.entered_close":
            self._closed(line)
        elif self.closed_at is not None:
            self._opened_again(line)

    def _closed(self, line: Line) -> None:
        self.closed_at = line.at
        for run in self._open(Kind.RESOLUTION):
            run.end(line.at, MET)
        for run in self._open(Kind.FIRST_ANSWER) + self._open(Kind.NEXT_ANSWER):
            run.end(line.at, WITHDRAWN)

    def _opened_again(self, line: Line) -> None:
        """The resolution goes on where it stopped; whoever spoke meanwhile waits for an answer from now on."""
        assert self.closed_at is not None
        self.history.pauses.append(Pause(Reason.CLOSED, self.closed_at, line.at))
        for run in self.history.runs:
            if run.kind == Kind.RESOLUTION:
                run.ended, run.how = None, ""
        self.closed_at = None
        if self.spoke is not None:
            self.spoke = None
            self._begin(Kind.NEXT_ANSWER, line)

    def merged(self, line: Line) -> None:
        self._pause(Reason.MERGED, line)

    def unmerged(self, line: Line) -> None:
        self._resume(Reason.MERGED, line)

    # What it may stand still for.

    def passed(self, line: Line) -> None:
        for side in (Reason.CUSTOMER, Reason.SUPPORT):
            (self._pause if line.facts.get("to") == side else self._resume)(side, line)

    def asked_to_verify(self, line: Line) -> None:
        self._pause(Reason.VERIFICATION, line)

    def verified(self, line: Line) -> None:
        if line.facts.get("stage") == "customer" or line.verb == "resolution.withdrawn":
            self._resume(Reason.VERIFICATION, line)

    def snoozed(self, line: Line) -> None:
        """By our side: what engineering puts off keeps no customer waiting without a clock."""
        if line.facts.get("side", Reason.SUPPORT) == Reason.SUPPORT:
            self._pause(Reason.SNOOZED, line)

    # What a team is asked.

    def requested(self, line: Line) -> None:
        self._begin(Kind.ACCEPT, line, team=line.facts["escalation"])

    def accepted(self, line: Line) -> None:
        self._end(line, Kind.ACCEPT)
        self._begin(Kind.HAND_BACK, line, team=line.facts["escalation"])

    def returned(self, line: Line) -> None:
        self._end(line, Kind.ACCEPT)

    def handed_back(self, line: Line) -> None:
        self._end(line, Kind.HAND_BACK)

    def taken_back(self, line: Line) -> None:
        self._end(line, Kind.ACCEPT, WITHDRAWN)
        self._end(line, Kind.HAND_BACK, WITHDRAWN)

    def _begin(self, kind: str, line: Line, *, team: int = 0) -> None:
        self.history.runs.append(Run(kind, line.seq, line.at, team))

    def _end(self, line: Line, kind: str, how: str = MET) -> None:
        for run in self._open(kind):
            if run.team == line.facts["escalation"]:
                run.end(line.at, how)

    def _open(self, kind: str) -> list[Run]:
        return [run for run in self.history.runs if run.kind == kind and run.ended is None]

    def _pause(self, reason: str, line: Line) -> None:
        if not self._standing(reason):
            words = str(line.facts.get("words", ""))
            self.history.pauses.append(Pause(reason, line.at, words=words))

    def _resume(self, reason: str, line: Line) -> None:
        if pause := self._standing(reason):
            pause.until = line.at

    def _standing(self, reason: str) -> Pause | None:
        return next((p for p in self.history.pauses if p.reason == reason and p.until is None), None)


def _pausing(reason: str) -> Callable[[_Reader, Line], None]:
    return lambda reader, line: reader._pause(reason, line)


def _resuming(reason: str) -> Callable[[_Reader, Line], None]:
    return lambda reader, line: reader._resume(reason, line)


ANSWERS = ("update.sent", "call.logged")
TALK = ("message.received", *ANSWERS)
ACTS: dict[str, Callable[[_Reader, Line], None]] = {
    "case.opened": _Reader.opened,
    "message.received": _Reader.spoken,
    "update.sent": _Reader.answered,
    "call.logged": _Reader.answered,
    "case.took_in": _Reader.took_in,
    "case.gave_back": _Reader.gave_back,
    "case.merged": _Reader.merged,
    "case.unmerged": _Reader.unmerged,
    "ball.passed": _Reader.passed,
    "resolution.asked": _Reader.asked_to_verify,
    "verification.made": _Reader.verified,
    "resolution.withdrawn": _Reader.verified,
    "hold.asked": _pausing(Reason.HOLD),
    "hold.released": _resuming(Reason.HOLD),
    "snooze.began": _Reader.snoozed,
    "snooze.ended": _resuming(Reason.SNOOZED),
    "wait.begun": _pausing(Reason.VENDOR),
    "wait.ended": _resuming(Reason.VENDOR),
    "escalation.requested": _Reader.requested,
    "escalation.accepted": _Reader.accepted,
    "escalation.returned": _Reader.returned,
    "escalation.handed_back": _Reader.handed_back,
    "escalation.withdrawn": _Reader.taken_back,
}
HEARD = (*ACTS, *(f"case.entered_{stage}" for stage in Stage))
