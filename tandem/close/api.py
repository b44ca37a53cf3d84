from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from tandem.cases.api import find_case
from tandem.close.models import Closure, Rating, Reason
from tandem.people.roles import Can

router = Router(tags=["close"])


class ClosureIn(Schema):
    reason: Reason
    words: str = ""
    despite: str = ""


class ClosureOut(Schema):
    id: int
    reason: str
    closed_at: datetime
    reopened_at: datetime | None


class ReopeningIn(Schema):
    why: str


class RatingIn(Schema):
    stars: int
    comment: str = ""


class RatingOut(Schema):
    id: int
    stars: int
    comment: str
    rated_at: datetime


@router.get("/cases/{number}/closures", response=list[ClosureOut], operation_id="list_closures")
def closures(request: HttpRequest, number: int) -> list[Closure]:
    return list(Closure.objects.visible_to(request.user).filter(case=find_case(request, number))[:100])


@router.post("/cases/{number}/closures", response={201: ClosureOut}, operation_id="close_case")
def close(request: HttpRequest, number: int, closure: ClosureIn) -> Status[Closure]:
    case = find_case(request, number, needs=Can.STEER)
    return Status(201, case.closures.close(by=request.user, **closure.dict()))


@router.post("/cases/{number}/closures/standing/reopening", response={204: None}, operation_id="reopen_case")
def reopen(request: HttpRequest, number: int, reopening: ReopeningIn) -> Status[None]:
    find_case(request, number, needs=Can.STEER)
    _standing(request, number).reopen(by=request.user, why=reopening.why)
    return Status(204, None)


@router.get("/cases/{number}/ratings", response=list[RatingOut], operation_id="list_ratings")
def ratings(request: HttpRequest, number: int) -> list[Rating]:
    return list(Rating.objects.visible_to(request.user).filter(closure__case=find_case(request, number))[:100])


@router.post("/cases/{number}/closures/standing/ratings", response={201: RatingOut}, operation_id="rate_case")
def rate(request: HttpRequest, number: int, rating: RatingIn) -> Status[Rating]:
    """By the customer, once for each time the case was closed."""
    return Status(201, _standing(request, number).ratings.give(by=request.user, **rating.dict()))


def _standing(request: HttpRequest, number: int) -> Closure:
    case = find_case(request, number)
    return get_object_or_404(Closure.objects.visible_to(request.user).standing(), case=case)
