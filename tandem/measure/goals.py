"""The four goals. Each is one question to the ledger, told with its formula, so that anybody can check it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.kit import clock, say
from tandem.measure.models import Baseline

PERIOD = timedelta(days=30)
ENOUGH = 5  # fewer cases than this say nothing

# Cases escalated and closed in the period: seconds from the first request to the closure.
ESCALATED = """
    SELECT closed.case_id, extract(epoch FROM closed.at - min(asked.at)) AS took
    FROM cases_event closed
    JOIN cases_event asked ON asked.case_id = closed.case_id AND asked.verb = 'escalation.requested'
    WHERE closed.verb = 'closure.made' AND closed.at >= %(since)s
    GROUP BY closed.case_id, closed.at
"""
# Technical cases closed in the period: did the first resolution we proposed hold, in the customer's own word?
FIRST_TIME = """
    SELECT closed.case_id,
           count(*) FILTER (WHERE e.verb = 'resolution.proposed') = 1
           AND bool_or(e.verb = 'verification.made' AND e.facts->>'stage' = 'customer' AND e.facts->>'verdict' = 'works')
           AND NOT bool_or(e.verb = 'closure.reopened') AS good
    FROM cases_event closed
    JOIN cases_event e ON e.case_id = closed.case_id
    WHERE closed.verb = 'closure.made' AND closed.at >= %(since)s
    GROUP BY closed.case_id
    HAVING bool_or(e.verb = 'resolution.proposed')
"""
# Cases engineering took part in: did they go through the one workflow, asked with a package and answered?
WORKFLOW = """
    SELECT touched.case_id, bool_or(e.verb = 'escalation.requested') AS good
    FROM cases_event touched
    JOIN people_user person ON person.id = touched.by_id AND person.role = 'engineer'
    JOIN cases_event e ON e.case_id = touched.case_id
    WHERE touched.at >= %(since)s AND touched.verb IN ('attempt.noted', 'message.written', 'escalation.accepted')
    GROUP BY touched.case_id
"""
# Cases resolved in the period: is what was learned written down?
CAPTURED = """
    SELECT closed.case_id, bool_or(e.verb IN ('article.drafted', 'article.published', 'article.linked')) AS good
    FROM cases_event closed
    JOIN cases_event e ON e.case_id = closed.case_id
    WHERE closed.verb = 'closure.made' AND closed.at >= %(since)s
    GROUP BY closed.case_id
    HAVING bool_or(e.verb = 'resolution.proposed')
"""


@dataclass(frozen=True)
class Goal:
    name: str
    title: str | Promise
    target: str | Promise
    formula: str | Promise
    sql: str
    reach: float
    is_share: bool = True

    def rows(self, since: datetime) -> list[tuple[int, Any]]:
        """(case id, seconds or whether it was good), newest period only."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, {"since": since})
            return cursor.fetchall()


# A later room that measures something adds its own.
GOALS = [
    Goal(
        "escalation-time",
        gettext_lazy("Time to resolve an escalation"),
        gettext_lazy("75 % less than the baseline"),
        gettext_lazy("Median of first request to closure, over escalated cases closed in the last 30 days."),
        ESCALATED,
        0.75,
        is_share=False,
    ),
    Goal(
        "first-time",
        gettext_lazy("Solved at the first technical resolution"),
        gettext_lazy("of at least 90 %"),
        gettext_lazy(
            "Closed cases whose first proposed resolution the customer found to work, and that stayed closed, "
            "over all closed with a resolution, last 30 days. Silence does not count."
        ),
        FIRST_TIME,
        0.90,
    ),
    Goal(
        "one-workflow",
        gettext_lazy("Engineering work that came through an escalation"),
        gettext_lazy("of at least 95 %"),
        gettext_lazy("Cases an engineer worked on that have an escalation with its package, over all, last 30 days."),
        WORKFLOW,
        0.95,
    ),
    Goal(
        "captured",
        gettext_lazy("Resolutions captured as knowledge"),
        gettext_lazy("of at least 85 %"),
        gettext_lazy("Closed cases with a resolution that have an article, over all closed with one, last 30 days."),
        CAPTURED,
        0.85,
    ),
]


def tiles() -> list[dict[str, Any]]:
    """The goals for the `goal` macro: value, target, verdict, formula, and where to see the cases."""
    baselines = {baseline.goal: baseline for baseline in Baseline.objects.all()}
    since = clock.now() - PERIOD
    return [_tile(goal, goal.rows(since), baselines.get(goal.name)) for goal in GOALS]


def short_of(goal: Goal) -> list[tuple[int, str]]:
    """Ids of the cases that did not reach the goal, the worst first, and how long each took; for reading why."""
    rows = goal.rows(clock.now() - PERIOD)
    if goal.is_share:
        return [(case, "") for case, good in rows if not good]
    return [(case, say.duration(float(took))) for case, took in sorted(rows, key=lambda row: row[1], reverse=True)]


def median(values: list[float]) -> float | None:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _tile(goal: Goal, rows: list, baseline: Baseline | None) -> dict[str, Any]:
    reading = _share if goal.is_share else _less
    return {
        "title": goal.title,
        "target": goal.target,
        "formula": f"{goal.formula} {_('{n} cases.').format(n=len(rows))}",
        "href": reverse("goal", args=[goal.name]),
        **reading(goal, [value for _case, value in rows], baseline),
    }


def _share(goal: Goal, values: list[bool], baseline: Baseline | None) -> dict[str, Any]:
    if not values:
        return {"value": "–", "state": "unknown"}
    share = sum(map(bool, values)) / len(values)
    return {
        "value": _("{n} %").format(n=round(share * 100)),
        "share": round(share * 100),
        "state": _verdict(share, goal.reach, len(values)),
    }


def _less(goal: Goal, values: list[Any], baseline: Baseline | None) -> dict[str, Any]:
    took = median([float(value) for value in values])
    if took is None:
        return {"value": "–", "state": "unknown"}
    if baseline is None:
        return {"value": say.duration(took), "state": "unknown", "baseline": _("no baseline frozen yet")}
    less = 1 - took / baseline.value
    return {
        "value": say.duration(took),
        "target": _("{less} % less; the goal is {target}").format(less=round(less * 100), target=goal.target),
        "share": max(round(less / goal.reach * 100), 0),
        "state": _verdict(less, goal.reach, len(values)),
        "baseline": _("baseline {time}, {source}").format(time=say.duration(baseline.value), source=baseline.source),
    }


def _verdict(reached: float, wanted: float, cases: int) -> str:
    if cases < ENOUGH:
        return "unknown"
    return "met" if reached >= wanted else "near" if reached >= wanted * 0.9 else "missed"


def find(name: str) -> Goal | None:
    return next((goal for goal in GOALS if goal.name == name), None)
