"""How long a case was open, how much of that somebody worked on it, and on whom it waited: derived from its ledger.

Each act of a colleague counts from LEAD before it, for one reads before one writes; acts of one person with no more than
`TANDEM_WORK_GAP_MINUTES` between them are one stretch of work. What was done at one stroke on many cases counts LEAD once,
an equal share on each; what a rule did is nobody's work. What the ledger cannot know is corrected by hand.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.kit import clock, say
from tandem.measure.models import TimeCorrection
from tandem.people.models import User
from tandem.people.roles import Role

LEAD = timedelta(minutes=5)

# Gaps and islands: a stretch of work begins where the act before lies further back than the gap.
STRETCHES = """
    WITH deeds AS (
        SELECT e.by_id, e.at, e.seq, coalesce((e.facts->>'among')::int, 1) AS among,
               coalesce(e.facts->>'run', e.facts->>'handover') AS stroke
        FROM cases_event e JOIN people_user u ON u.id = e.by_id AND u.role <> 'contact'
        WHERE e.case_id = %(case)s AND e.verb NOT LIKE 'time.%%' AND NOT e.facts ? 'by_rule'
    ), acts AS (
        SELECT by_id, at, at - lag(at) OVER (PARTITION BY by_id ORDER BY at, seq) > %(gap)s AS begins
        FROM deeds WHERE among = 1
    ), stretches AS (
        SELECT by_id, at, count(*) FILTER (WHERE begins) OVER (PARTITION BY by_id ORDER BY at) AS nth FROM acts
    )
    SELECT by_id, min(at) - %(lead)s, max(at) FROM stretches GROUP BY by_id, nth
    UNION ALL
    SELECT by_id, min(at) - %(lead)s / among, min(at) FROM deeds WHERE among > 1 GROUP BY by_id, among, stroke
    ORDER BY 2
"""
PASSES = """
    SELECT at, facts->>'to' FROM cases_event WHERE case_id = %(case)s AND verb = 'ball.passed' ORDER BY seq
"""


class Stretch(NamedTuple):
    by: int
    began_at: datetime
    ended_at: datetime

    @property
    def span(self) -> timedelta:
        return self.ended_at - self.began_at


class Of(NamedTuple):
    """How much one person worked on it; `corrected` is what was added or taken away by hand."""

    person: User
    span: timedelta
    stretches: int
    corrected: timedelta


@dataclass
class Worked:
    """`waited` is how long the ball lay with each side."""

    open_for: timedelta
    people: list[Of] = field(default_factory=list)
    waited: dict[str, timedelta] = field(default_factory=dict)
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def total(self) -> timedelta:
        return sum((each.span for each in self.people), timedelta(0))

    def says(self, reporter: str) -> str:
        """“5 d open · 1 h 10 min worked · 3 d waiting on Ana”."""
        parts = [_("{span} open").format(span=say.duration(self.open_for))]
        parts.append(_("{span} worked").format(span=say.duration(self.total)))
        if customer := self.waited.get(Ball.CUSTOMER):
            parts.append(_("{span} waiting on {name}").format(span=say.duration(customer), name=reporter))
        return " · ".join(parts)

    def bar(self, reporter: str) -> list[dict[str, Any]]:
        """Shares of the whole, worked first: what is worked is taken out of where the worker sits."""
        whole = self.open_for.total_seconds() or 1
        rest = {side: span.total_seconds() for side, span in self.waited.items()}
        worked = min(self.total.total_seconds(), whole)
        for side in (Ball.SUPPORT, Ball.ENGINEERING):
            mine = self._worked_by(side).total_seconds()
            rest[side] = max(0.0, rest.get(side, 0.0) - mine)
        labels = [
            ("worked", _("worked {span}"), worked),
            ("on-customer", _("waiting on {name} {span}"), rest.get(Ball.CUSTOMER, 0.0)),
            ("queued", _("lay with support {span}"), rest[Ball.SUPPORT]),
            ("on-engineering", _("lay with engineering {span}"), rest[Ball.ENGINEERING]),
        ]
        shown = sum(seconds for _kind, _label, seconds in labels) or 1
        return [
            {
                "kind": kind,
                "label": label.format(span=say.duration(seconds), name=reporter),
                "share": round(100 * seconds / max(shown, whole), 2),
            }
            for kind, label, seconds in labels
            if seconds >= 60
        ]

    def _worked_by(self, side: str) -> timedelta:
        engineers = side == Ball.ENGINEERING
        spans = (each.span for each in self.people if (each.person.role == Role.ENGINEER) == engineers)
        return sum(spans, timedelta(0))


def worked(case: Case) -> Worked:
    """Four queries, however long the ledger."""
    stretches = [Stretch(*row) for row in _run(STRETCHES, case, gap=gap(), lead=LEAD)]
    ended_at = case.stage_since if case.stage == Stage.CLOSE else clock.now()
    return Worked(
        open_for=max(ended_at - case.opened_at, timedelta(0)),
        people=_people(case, stretches),
        waited=_waited(case, ended_at),
        stretches=stretches,
    )


def gap() -> timedelta:
    return timedelta(minutes=settings.WORK_GAP_MINUTES)


def _people(case: Case, stretches: list[Stretch]) -> list[Of]:
    corrected: dict[int, timedelta] = defaultdict(timedelta)
    for row in TimeCorrection.objects.standing().filter(case=case).values("person", "minutes"):
        corrected[row["person"]] += timedelta(minutes=row["minutes"])
    of: dict[int, list[Stretch]] = defaultdict(list)
    for stretch in stretches:
        of[stretch.by].append(stretch)
    people = User.objects.in_bulk({*of, *corrected})
    found = [_of(person, of[pk], corrected[pk]) for pk, person in people.items()]
    return sorted(found, key=lambda each: -each.span)


def _of(person: User, stretches: list[Stretch], corrected: timedelta) -> Of:
    derived = sum((stretch.span for stretch in stretches), timedelta(0))
    return Of(person, max(derived + corrected, timedelta(0)), len(stretches), corrected)


def _waited(case: Case, ended_at: datetime) -> dict[str, timedelta]:
    """From the opening on, when it is ours."""
    waited: dict[str, timedelta] = defaultdict(timedelta)
    since, side = case.opened_at, str(Ball.SUPPORT)
    for at, to in [*_run(PASSES, case), (ended_at, "")]:
        waited[side] += max(min(at, ended_at) - since, timedelta(0))
        since, side = min(at, ended_at), to
    return dict(waited)


def _run(sql: str, case: Case, **slots: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"case": case.pk, **slots})
        return cursor.fetchall()
