"""What a policy would change before it is published: when open cases would be due, and when they are now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from tandem.cases.models import Case
from tandem.cases.vocabulary import Answers
from tandem.clocks import choosing, keeping, rules
from tandem.clocks.choosing import Candidate
from tandem.clocks.models import Calendar, Policy
from tandem.clocks.models.calendar import hours_of
from tandem.clocks.reckoning import Reckoned
from tandem.clocks.replaying import replay
from tandem.clocks.terms import Agreement, Kind, Terms
from tandem.kit import clock

MOST = 100


class Change(NamedTuple):
    case: Case
    kind: str
    before: datetime | None
    after: datetime | None
    policy: str

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)


def draft(*, name: str, calendar: Calendar, rule: str, targets: Any, pauses: Any, warn: int, **_told: Any) -> Agreement:
    """As it would be published."""
    hours = hours_of(calendar.hours_told)
    return Agreement(0, name, 0, rule, calendar.name, hours, targets, frozenset(pauses), warn)


def with_draft(agreement: Agreement, *, of: str, team: str = "", policy: Policy | None = None) -> list[Candidate]:
    """All policies as they are asked, this one in the place of its version now, or behind the others."""
    standing = choosing.candidates()
    mine = policy.current.pk if policy else 0
    [rule] = rules.kept([agreement.rule])
    new = Candidate(of, agreement, rule, team)
    told = [new._replace(team=each.team) if each.agreement.pk == mine else each for each in standing]
    return told if new.agreement in [each.agreement for each in told] else [*told, new]


def changes(among: list[Candidate], cases: Iterable[Case]) -> list[Change]:
    """Of all of them what the policies ask is looked up at once."""
    cases = list(cases)
    answers = Answers(cases)
    return [change for case in cases for change in of_case(among, case, answers=answers)]


def newest_open(actor: Any) -> Iterable[Case]:
    rows = Case.objects.visible_to(actor).open().select_related("account", "environment", "reporter")
    return rows.order_by("-pk")[:MOST]


def of_case(
    among: list[Candidate], case: Case, *, all_of_it: bool = False, answers: Answers | None = None
) -> list[Change]:
    """What would be due at another time; with `all_of_it` what would stay as well."""
    told, facts = replay(case), choosing.facts(case, among, answers)
    after = told
    for of, team in ({0: ""} | keeping.teams_asked(told)).items():
        agreement = choosing.first(among, facts, team)
        if choosing.differs(told.timelines.get(of, []), agreement, case.priority):
            after = after.with_terms(of, Terms(int(clock.now().timestamp()), agreement, case.priority))
    before = {keeping.key(each): each for each in told.all()}
    found = []
    for each in after.all():
        was = before.get(keeping.key(each))
        if _stands(each, was) and (all_of_it or was is None or _due(was) != _due(each)):
            name = each.terms.agreement.name if each.terms.agreement and each.how != "withdrawn" else ""
            found.append(Change(case, each.run.kind, keeping.moment(_due(was)), keeping.moment(_due(each)), name))
    return found


def _stands(now: Reckoned, was: Reckoned | None) -> bool:
    return now.run.ended is None and (was is None or was.ended is None)


def _due(told: Reckoned | None) -> int | None:
    return None if told is None or told.ended is not None else told.due
