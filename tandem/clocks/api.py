from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from tandem.cases.api import find_case
from tandem.clocks import panels
from tandem.clocks.models import Calendar, Clock, Policy, PolicyVersion, Wait
from tandem.people.roles import Can

router = Router(tags=["clocks"])
MOST = 100


class BecauseOut(Schema):
    kind: str
    when: str
    says: str
    seconds: int | None


class ClockOut(Schema):
    kind: str
    state: str
    escalation: int | None
    policy: str
    version: int
    priority: int
    target_seconds: int
    started_at: datetime
    warn_at: datetime | None
    due_at: datetime | None
    stands_still_since: datetime | None
    stands_still_why: str
    left_seconds: int | None
    broken_at: datetime | None
    met_at: datetime | None
    withdrawn_at: datetime | None
    because: list[BecauseOut]


class WaitIn(Schema):
    words: str


class WaitOut(Schema):
    id: int
    words: str
    begun_at: datetime
    ended_at: datetime | None


class PolicyOut(Schema):
    id: int
    name: str
    of: str
    team: str | None
    version: int
    rule: str
    calendar: str
    warn_percent: int
    stands_still_for: list[str]
    target_seconds: dict[str, dict[str, int]]


class CalendarOut(Schema):
    id: int
    name: str
    zone: str
    week: list[list[list[int]]]
    country: str
    subdivision: str
    off: list[list[str]]
    worked: list[str]


@router.get("/cases/{number}/clocks", response=list[ClockOut], operation_id="list_clocks")
def clocks(request: HttpRequest, number: int) -> list[dict[str, Any]]:
    """What still stands first; each with the reasons of its due time, line by line."""
    request.user.must_be_able_to(Can.WORK)  # type: ignore[union-attr]
    found = panels.explained(find_case(request, number), request.user, most=MOST)
    return [_told(row) | {"because": [vars(line) for line in because]} for row, because in found]


@router.get("/cases/{number}/waits", response=list[WaitOut], operation_id="list_waits")
def waits(request: HttpRequest, number: int) -> list[Wait]:
    """Whom outside it waits for, and did, the newest first."""
    return list(Wait.objects.visible_to(request.user).filter(case=find_case(request, number))[:MOST])


@router.post("/cases/{number}/waits", response={201: WaitOut}, operation_id="begin_wait")
def begin_wait(request: HttpRequest, number: int, told: WaitIn) -> Status[Wait]:
    """Somebody outside must move before we can."""
    case = find_case(request, number, needs=Can.WORK)
    return Status(201, case.waits.begin(by=request.user, words=told.words))


@router.post("/cases/{number}/waits/standing/end", response={204: None}, operation_id="end_wait")
def end_wait(request: HttpRequest, number: int) -> Status[None]:
    case = find_case(request, number, needs=Can.WORK)
    get_object_or_404(Wait.objects.visible_to(request.user).standing(), case=case).end(by=request.user)
    return Status(204, None)


@router.get("/policies", response=list[PolicyOut], operation_id="list_policies")
def policies(request: HttpRequest) -> list[dict[str, Any]]:
    """In the order in which they are asked."""
    request.user.must_be_able_to(Can.WORK)  # type: ignore[union-attr]
    found = Policy.objects.visible_to(request.user).standing().with_versions()
    return [_policy(policy, version) for policy, version in found[:MOST]]


@router.get("/calendars", response=list[CalendarOut], operation_id="list_calendars")
def calendars(request: HttpRequest) -> list[dict[str, Any]]:
    """Windows are minutes of the day; one that closes no later than it opens closes on the day after."""
    request.user.must_be_able_to(Can.WORK)  # type: ignore[union-attr]
    rows = Calendar.objects.visible_to(request.user).standing()[:MOST]
    return [{"id": row.pk, "name": row.name, **row.hours_told} for row in rows]


def _told(row: Clock) -> dict[str, Any]:
    same = ("kind", "state", "priority", "started_at", "warn_at", "due_at", "broken_at", "met_at", "withdrawn_at")
    return {
        **{name: getattr(row, name) for name in same},
        "escalation": row.escalation_id,
        "policy": row.version.policy.name,
        "version": row.version.number,
        "target_seconds": row.target,
        "stands_still_since": row.paused_since,
        "stands_still_why": row.paused_why,
        "left_seconds": row.left,
    }


def _policy(row: Policy, version: PolicyVersion) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "of": row.of,
        "team": row.team.slug if row.team else None,
        "version": version.number,
        "rule": version.rule,
        "calendar": version.calendar_name,
        "warn_percent": version.warn,
        "stands_still_for": version.pauses,
        "target_seconds": version.targets,
    }
