"""A case as its ledger knew it at a line, or at a moment: told again from the beginning."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Event
from tandem.people.models import User

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


Line = tuple[int, datetime, str, dict[str, Any]]
Anchors = Sequence[tuple[Event, datetime | None]]


def known_at(anchors: Anchors) -> list[Known]:
    """Of each its case: until its own line, or with a moment until then. Two queries, however many."""
    lines = _lines(anchors)
    people = _people(lines)
    return [_told(event, at, lines[event.case_id], people) for event, at in anchors]


def _lines(anchors: Anchors) -> dict[int, list[Line]]:
    rows = Event.objects.filter(case__in={event.case_id for event, _at in anchors}, verb__in=TELLING)
    found: dict[int, list[Line]] = defaultdict(list)
    for case, *line in rows.order_by("case", "seq").values_list("case", "seq", "at", "verb", "facts"):
        found[case].append(tuple(line))  # type: ignore[arg-type]
    return found


def _people(lines: dict[int, list[Line]]) -> dict[int, str]:
    given = {facts["user"] for told in lines.values() for *_line, facts in told if "user" in facts}
    return dict(User.objects.filter(Q(pk__in=given)).values_list("pk", "email"))


def _told(event: Event, at: datetime | None, lines: list[Line], people: dict[int, str]) -> Known:
    known = Known(stage_since=lines[0][1] if lines else event.at)
    for seq, when, verb, facts in lines:
        if when > at if at else seq > event.seq:
            break
        known = _after(known, when, verb, facts, people)
    return known


def _after(known: Known, when: datetime, verb: str, facts: dict[str, Any], people: dict[int, str]) -> Known:
    match verb.split("."):
        case ["case", entered] if entered.startswith("entered_"):
            stage = entered.removeprefix("entered_")
            return replace(known, stage=stage, stage_since=when, promised=known.promised and stage != Stage.CLOSE)
        case ["ball", "passed"]:
            return replace(known, ball=facts["to"])
        case ["assignment", past]:
            owner = people.get(facts.get("user", 0), "") if past == "given" else ""
            return replace(known, owner=owner) if facts["part"] == "customer" else replace(known, engineer=owner)
        case ["assessment", "judged"]:
            return replace(known, priority=facts["priority"], realm=facts["realm"])
        case ["assessment", "taken_back"]:
            return replace(known, priority=0, realm=facts.get("realm", known.realm))
        case ["promise", past]:
            return replace(known, promised=past in ("made", "taken_over"))
        case ["tag", past]:
            tag = {facts["name"]}
            return replace(known, tags=known.tags | tag if past == "put_on" else known.tags - tag)
    return known
