from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from tandem.desk import now
from tandem.desk.now.places import Place
from tandem.desk.people import held
from tandem.people.models import User
from tandem.people.roles import Can

router = Router(tags=["desk"])


class PartOut(Schema):
    says: str
    points: int


class PlaceOut(Schema):
    """A case in its place, the reason of it, and the points it is ordered by."""

    number: int
    title: str
    reason: str
    due: datetime | None
    points: int
    parts: list[PartOut]

    @staticmethod
    def resolve_parts(place: Place) -> list[dict[str, Any]]:
        return [part._asdict() for part in place.parts]


class SleeperOut(Schema):
    """A case this person snoozed, and until when or what, in words."""

    number: int
    title: str
    until: str


class NowOut(Schema):
    """`presses` is how many cannot wait, counted up to a few hundred; `now` are the first five of them, `snoozed` the next to come back."""

    now: list[PlaceOut]
    next: list[PlaceOut]
    waiting: list[PlaceOut]
    presses: int
    snoozed: list[SleeperOut]


@router.get("/now", response=NowOut, operation_id="get_now")
def get_now(request: HttpRequest) -> now.Now:
    """What is yours to do, in order of promise and harm."""
    user: Any = request.user
    user.must_be_able_to(Can.WORK)
    return now.of(user)


class HeldOut(Schema):
    """What of theirs waits, counted up to a thousand; `href` leads to the list of it."""

    says: str
    many: int
    href: str


@router.get("/people/{id}/held", response=list[HeldOut], operation_id="get_what_person_holds")
def get_held(request: HttpRequest, id: int) -> list[held.Held]:
    """Open cases, tasks and rules of a colleague, as one wants to know before they retire."""
    user: Any = request.user
    user.must_be_able_to(Can.ADMINISTER)
    return held.by_person(get_object_or_404(User.objects.visible_to(user).of_the_house(), pk=id), user)
