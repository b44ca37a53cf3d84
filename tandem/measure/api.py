from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from tandem.cases.api import find_case
from tandem.measure import goals, process
from tandem.measure.models import TimeCorrection
from tandem.measure.worked import worked
from tandem.people.roles import Can

router = Router(tags=["measure"])


class BoxOut(Schema):
    id: str
    number: int
    what: str
    who: list[dict[str, str]]
    systems: list[str]
    count: int | None
    age: str | None


class GoalOut(Schema):
    title: str
    value: str
    target: str
    state: str
    formula: str


@router.get("/process", response=list[BoxOut], operation_id="get_process")
def boxes(request: HttpRequest) -> list[dict]:
    request.user.must_be_able_to(Can.WORK)  # type: ignore[union-attr]
    return process.boxes()


@router.get("/goals", response=list[GoalOut], operation_id="list_goals")
def all_goals(request: HttpRequest) -> list[dict]:
    request.user.must_be_able_to(Can.WORK)  # type: ignore[union-attr]
    return [{**tile, "title": str(tile["title"]), "target": str(tile["target"])} for tile in goals.tiles()]


class PersonWorked(Schema):
    name: str
    seconds: int
    corrected_seconds: int


class StretchOut(Schema):
    by: int
    began_at: datetime
    ended_at: datetime


class TimeOut(Schema):
    """Seconds; `waited` is how long the ball lay with each side."""

    open_for: int
    worked: int
    waited: dict[str, int]
    people: list[PersonWorked]
    stretches: list[StretchOut]


class CorrectionIn(Schema):
    minutes: Annotated[int, Field(ge=-1440, le=1440)]
    why: Annotated[str, Field(min_length=1, max_length=200)]


class CorrectionOut(Schema):
    id: int
    minutes: int
    why: str
    person: str
    corrected_at: datetime

    @staticmethod
    def resolve_person(correction: TimeCorrection) -> str:
        return correction.person.name


@router.get("/cases/{number}/time", response=TimeOut, operation_id="get_time")
def get_time(request: HttpRequest, number: int) -> dict[str, Any]:
    """How long it was open, worked on and waiting, derived from its ledger; at most the last 500 stretches."""
    found = worked(find_case(request, number, needs=Can.WORK))
    people = [
        {"name": of.person.name, "seconds": of.span.total_seconds(), "corrected_seconds": of.corrected.total_seconds()}
        for of in found.people
    ]
    return {
        "open_for": int(found.open_for.total_seconds()),
        "worked": int(found.total.total_seconds()),
        "waited": {side: int(span.total_seconds()) for side, span in found.waited.items()},
        "people": people,
        "stretches": [stretch._asdict() for stretch in found.stretches[-500:]],
    }


@router.post("/cases/{number}/time/corrections", response={201: CorrectionOut}, operation_id="correct_time")
def correct_time(request: HttpRequest, number: int, told: CorrectionIn) -> Status[TimeCorrection]:
    """Of your own time."""
    case = find_case(request, number, needs=Can.WORK)
    return Status(201, case.time_corrections.correct(request.user, **told.dict(), by=request.user))


@router.post(
    "/cases/{number}/time/corrections/{correction}/withdrawal", response={204: None}, operation_id="withdraw_correction"
)
def withdraw_correction(request: HttpRequest, number: int, correction: int) -> Status[None]:
    case = find_case(request, number, needs=Can.WORK)
    get_object_or_404(TimeCorrection.objects.filter(case=case), pk=correction).withdraw(by=request.user)
    return Status(204, None)
