"""Which agreement holds for a case, and since when: told by the ledger, and written there when it changes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.models import Case
from tandem.cases.sentences import Facts, say
from tandem.cases.vocabulary import Answers
from tandem.clocks import explain, rules
from tandem.clocks.history import Line
from tandem.clocks.models import PolicyVersion
from tandem.clocks.models.policy import Of
from tandem.clocks.terms import Agreement, Kind, Terms

CHOSEN = "clock.chosen"


class Candidate(NamedTuple):
    """A policy as it is now. `team` is the slug of the team it is for, "" for any."""

    of: str
    agreement: Agreement
    rule: rules.Rule
    team: str = ""

    def holds(self, facts: rules.Facts, team: str) -> bool:
        is_of = self.of == (Of.TEAM if team else Of.CASE)
        return is_of and self.team in ("", team) and self.rule.holds(facts, team=team)


def candidates() -> list[Candidate]:
    """In the order in which they are asked. Two queries at most."""
    rows = PolicyVersion.objects.current().filter(policy__retired_at=None).select_related("policy__team")
    rows = rows.order_by("policy__of", "policy__position", "policy__pk")
    return [
        Candidate(row.policy.of, row.agreement, rule, row.policy.team.slug if row.policy.team else "")
        for row, rule in zip(rows, rules.kept([row.rule for row in rows]), strict=True)
    ]


def facts(case: Case, among: Iterable[Candidate], answers: Answers | None = None) -> rules.Facts:
    """What these policies speak of."""
    return rules.facts(case, [candidate.rule for candidate in among], answers)


def first(among: Iterable[Candidate], facts: rules.Facts, team: str = "") -> Agreement | None:
    return next((candidate.agreement for candidate in among if candidate.holds(facts, team)), None)


def agreements(lines: Sequence[Line]) -> dict[int, Agreement]:
    """All the ledger speaks of, by the version. At most one query."""
    told = {line.facts["version"] for line in lines if line.verb == CHOSEN} - {None}
    if not told:
        return {}
    return {row.pk: row.agreement for row in PolicyVersion.objects.filter(pk__in=told).select_related("policy")}


def timelines(lines: Sequence[Line], known: dict[int, Agreement]) -> dict[int, list[Terms]]:
    """What holds since when, by the escalation it is about, 0 for the case itself."""
    found: dict[int, list[Terms]] = {}
    for line in lines:
        if line.verb == CHOSEN and not line.of:
            since = int(datetime.fromisoformat(line.facts["since"]).timestamp())
            terms = Terms(since, known.get(line.facts["version"] or 0), line.facts["priority"])
            found.setdefault(line.facts["escalation"], []).append(terms)
    return {of: sorted(terms, key=lambda each: each.since) for of, terms in found.items()}


def differs(timeline: Sequence[Terms], agreement: Agreement | None, priority: int) -> bool:
    if not timeline:
        return agreement is not None
    last = timeline[-1]
    return (last.agreement and last.agreement.pk, last.priority) != (agreement and agreement.pk, priority)


def note(case: Case, terms: Terms, *, of: int, team: str, since: datetime, moved: list[dict[str, Any]]) -> None:
    """Write down that these terms hold, and what is due at another time now: {kind, before, after} as ISO 8601, or None."""
    agreement = terms.agreement
    case.record(
        CHOSEN,
        version=agreement and agreement.pk,
        policy=agreement and agreement.name,
        number=agreement and agreement.number,
        rule=agreement.rule if agreement else "",
        priority=terms.priority,
        escalation=of,
        team=team,
        since=since.isoformat(),
        moved=moved,
    )


def _chosen(facts: Facts) -> str:
    if facts["version"] is None:
        return _("No policy of service levels holds any more")
    told = _("“{policy}”, version {number}, says how long it may take").format(**facts)
    moves = [_move(move) for move in facts["moved"]]
    return _literal(f"{told}. {' '.join(moves)}" if moves else told)


def _move(move: dict[str, Any]) -> str:
    told = _("{kind}: due {after} instead of {before}.")
    return told.format(kind=Kind(move["kind"]).label, before=_moment(move["before"]), after=_moment(move["after"]))


def _moment(told: str | None) -> str:
    return explain.at(int(datetime.fromisoformat(told).timestamp())) if told else _("nothing")


def _of_some(words: Any) -> Any:
    def told(facts: Facts) -> str:
        names = ", ".join(f"{Kind(each['kind']).label} ({_moment(each['due_at'])})" for each in facts["clocks"])
        return _literal(str(words()).format(clocks=names))

    return told


def _literal(text: str) -> str:
    """What a sentence says as it stands: it is formatted once more."""
    return text.replace("{", "{{").replace("}", "}}")


say(CHOSEN, _chosen, in_general=gettext_lazy("Another policy of service levels says how long it may take"))
say(
    "clock.warned",
    _of_some(lambda: _("Due soon: {clocks}")),
    in_general=gettext_lazy("Something is due soon by agreement"),
)
say(
    "clock.broken",
    _of_some(lambda: _("Not met in time: {clocks}")),
    in_general=gettext_lazy("Something was not met in time"),
)
