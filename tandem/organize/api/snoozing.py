from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Schema, Status

from tandem.cases.api import find_case
from tandem.organize.api.reading import router
from tandem.organize.models import Snooze
from tandem.people.roles import Can


class SnoozeIn(Schema):
    """Until a time, until something happens (`on`), or whichever is first."""

    until: datetime | None = None
    on: Literal["", "customer", "engineering", "promise", "case", "anything"] = ""


class SnoozeOut(Schema):
    id: int
    until: datetime | None
    on: str
    begun_by: str = Field(alias="begun_by.name")
    begun_at: datetime
    ended_at: datetime | None
    ended_why: str


@router.get("/cases/{number}/snoozes", response=list[SnoozeOut], operation_id="list_snoozes")
def snoozes(request: HttpRequest, number: int) -> list[Snooze]:
    case = find_case(request, number, needs=Can.WORK)
    return list(Snooze.objects.visible_to(request.user).filter(case=case).select_related("begun_by")[:100])


@router.post("/cases/{number}/snoozes", response={201: SnoozeOut}, operation_id="snooze_case")
def snooze(request: HttpRequest, number: int, told: SnoozeIn) -> Status[Snooze]:
    case = find_case(request, number, needs=Can.WORK)
    return Status(201, case.snoozes.put_off(by=request.user, until=told.until, on=told.on))


@router.delete("/cases/{number}/snoozes/standing", response={204: None}, operation_id="wake_case")
def wake(request: HttpRequest, number: int) -> Status[None]:
    case = find_case(request, number, needs=Can.WORK)
    get_object_or_404(Snooze.objects.standing().select_related("case"), case=case).wake(by=request.user)
    return Status(204, None)
