"""A case as its ledger knew it at a line, or at a moment: told again from the beginning."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Event
from tandem.organize.models import FieldValue
from tandem.people.models import Team, User

TELLING = (
    "case.opened",
    *(f"case.entered_{stage}" for stage in Stage.values),
    "ball.passed",
    "assignment.given",
    "assignment.ended",
    "assessment.judged",
    "assessment.taken_back",
    "promise.made",
    "promise.taken_over",
    "promise.kept",
    "promise.withdrawn",
    "tag.put_on",
    "tag.taken_off",
)
Said = Mapping[str, tuple[str, Any]]
Names = dict[Any, str]
"""Addresses of people by their id, short names of teams by the name they have."""


@dataclass(frozen=True)
class Known:
    stage_since: datetime
    stage: str = Stage.SUBMIT.value
    ball: str = Ball.SUPPORT.value
    priority: int = 0
    realm: str = ""
    owner: str = ""
    engineer: str = ""
    promised: bool = False
    tags: frozenset[str] = frozenset()
    impact: int = 0
    team: str = ""
    fields: Said = field(default_factory=dict)
    """What was said in fields, by key: their kind, and the value."""

    def said(self, key: str, kind: str) -> Any:
        """None where nothing was, or while it was a field of another kind."""
        was, value = self.fields.get(key, ("", None))
        return value if was == kind else None


Line = tuple[int, datetime, str, dict[str, Any]]
Anchors = Sequence[tuple[Event, datetime | None]]


def known_at(anchors: Anchors, *, with_fields: bool = True) -> list[Known]:
    """Of each its case: until its own line, or with a moment until then. Few queries, however many."""
    lines, values = _lines(anchors), _values(anchors) if with_fields else {}
    names = _people(lines) | _teams(lines)
    return [
        replace(
            _told(event, at, lines[event.case_id], names), fields=_fields(values.get(event.case_id, []), at or event.at)
        )
        for event, at in anchors
    ]


def _lines(anchors: Anchors) -> dict[int, list[Line]]:
    rows = Event.objects.filter(case__in={event.case_id for event, _at in anchors}, verb__in=TELLING)
    found: dict[int, list[Line]] = defaultdict(list)
    for case, *line in rows.order_by("case", "seq").values_list("case", "seq", "at", "verb", "facts"):
        found[case].append(tuple(line))  # type: ignore[arg-type]
    return found


def _values(anchors: Anchors) -> dict[int, list[FieldValue]]:
    """All that was ever said in fields: a row stays when it is replaced, and says when."""
    rows = FieldValue.objects.filter(case__in={event.case_id for event, _at in anchors}).select_related("field")
    found: dict[int, list[FieldValue]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _fields(rows: list[FieldValue], at: datetime) -> Said:
    return {
        row.key: (row.field.kind, row.value)
        for row in rows
        if row.set_at <= at and (row.replaced_at is None or row.replaced_at > at)
    }


def _people(lines: dict[int, list[Line]]) -> Names:
    given = _given(lines, "user")
    return dict(User.objects.filter(Q(pk__in=given)).values_list("pk", "email")) if given else {}


def _teams(lines: dict[int, list[Line]]) -> Names:
    given = _given(lines, "team")
    return dict(Team.objects.filter(name__in=given).values_list("name", "slug")) if given else {}


def _given(lines: dict[int, list[Line]], name: str) -> set[Any]:
    return {told for of in lines.values() for *_line, facts in of if (told := facts.get(name))}


def _told(event: Event, at: datetime | None, lines: list[Line], names: Names) -> Known:
    known = Known(stage_since=lines[0][1] if lines else event.at)
    for seq, when, verb, facts in lines:
        if when > at if at else seq > event.seq:
            break
        known = _after(known, when, verb, facts, names)
    return known


def _after(known: Known, when: datetime, verb: str, facts: dict[str, Any], names: Names) -> Known:
    match verb.split("."):
        case ["case", entered] if entered.startswith("entered_"):
            stage = entered.removeprefix("entered_")
            return replace(known, stage=stage, stage_since=when, promised=known.promised and stage != Stage.CLOSE)
        case ["ball", "passed"]:
            team = facts.get("team_slug") or names.get(facts.get("team"), "")  # early lines have the name alone
            return replace(known, ball=facts["to"], team=team)
        case ["assignment", past]:
            owner = names.get(facts.get("user"), "") if past == "given" else ""
            return replace(known, owner=owner) if facts["part"] == "customer" else replace(known, engineer=owner)
        case ["assessment", "judged"]:
            return replace(known, priority=facts["priority"], impact=facts["impact"], realm=facts["realm"])
        case ["assessment", "taken_back"]:
            return replace(known, priority=0, impact=0, realm=facts.get("realm", known.realm))
        case ["promise", past]:
            return replace(known, promised=past in ("made", "taken_over"))
        case ["tag", past]:
            tag = {facts["name"]}
            return replace(known, tags=known.tags | tag if past == "put_on" else known.tags - tag)
    return known
