from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from tandem.cases.api import find_case
from tandem.people.models import Team, User
from tandem.people.roles import Can
from tandem.shifts import readin
from tandem.shifts.models import Handed, HandOver, Shift
from tandem.shifts.models.handover import Leaving

router = Router(tags=["shifts"])


class ReadInOut(Schema):
    """`words` is the read-in, drawn from the ledger; `cases` are the numbers of your open cases."""

    since: datetime
    words: str
    cases: list[int]


class LeavingIn(Schema):
    number: int
    next: Annotated[str, Field(max_length=300)] = ""
    words: Annotated[str, Field(max_length=500)] = ""


class HandOverIn(Schema):
    """`to` is the address of a colleague, or `team` the slug of a team."""

    to: str = ""
    team: str = ""
    words: Annotated[str, Field(max_length=10_000)] = ""
    cases: Annotated[list[LeavingIn], Field(max_length=readin.MOST)]


class AcceptanceIn(Schema):
    """Numbers of the `cases` taken over; none means all that wait."""

    cases: Annotated[list[int], Field(max_length=readin.MOST)] = []


class HandedOut(Schema):
    id: int
    number: int
    next: str
    words: str
    accepted_by: str | None
    accepted_at: datetime | None
    withdrawn_at: datetime | None

    @staticmethod
    def resolve_number(handed: Handed) -> int:
        return handed.case.number

    @staticmethod
    def resolve_accepted_by(handed: Handed) -> str | None:
        return handed.accepted_by.name if handed.accepted_by else None


class HandOverOut(Schema):
    id: int
    giver: str
    receiver: str
    words: str
    sent_at: datetime
    cases: list[HandedOut]

    @staticmethod
    def resolve_giver(handover: HandOver) -> str:
        return handover.giver.name

    @staticmethod
    def resolve_cases(handover: HandOver) -> Any:
        return handover.handed.all()


@router.get("/readin", response=ReadInOut, operation_id="get_readin")
def get_readin(request: HttpRequest) -> dict[str, Any]:
    user = _worker(request)
    since = Shift.objects.since(user)
    left = readin.to_offer(user, since)
    return {"since": since, "words": readin.words(left, since), "cases": [each.case.number for each in left]}


@router.get("/handovers", response=list[HandOverOut], operation_id="list_handovers")
def handovers(request: HttpRequest) -> Any:
    """Given, taken, and for managers all; newest first, at most fifty."""
    return _visible(request).newest_first()[:50]


@router.post("/handovers", response={201: HandOverOut}, operation_id="hand_over")
def hand_over(request: HttpRequest, told: HandOverIn) -> Status[HandOver]:
    """Nothing changes hands until it is accepted."""
    user = _worker(request)
    leaving = [Leaving(find_case(request, each.number, needs=Can.WORK), each.next, each.words) for each in told.cases]
    to = get_object_or_404(User.objects.colleagues(), email=told.to.lower()) if told.to else None
    team = get_object_or_404(Team, slug=told.team) if told.team else None
    made = HandOver.objects.offer(leaving, by=user, to=to, team=team, words=told.words)
    return Status(201, _found(request, made.pk))


@router.get("/handovers/{handover}", response=HandOverOut, operation_id="get_handover")
def get_handover(request: HttpRequest, handover: int) -> HandOver:
    return _found(request, handover)


@router.post("/handovers/{handover}/reading", response={204: None}, operation_id="read_handover")
def read(request: HttpRequest, handover: int) -> Status[None]:
    _found(request, handover).readers.note(by=request.user)
    return Status(204, None)


@router.post("/handovers/{handover}/acceptance", response=HandOverOut, operation_id="accept_handover")
def accept(request: HttpRequest, handover: int, told: AcceptanceIn) -> HandOver:
    """Of all that waits, or only of some."""
    found = _found(request, handover)
    chosen = [each for each in found.handed.all() if each.case.number in told.cases] if told.cases else None
    found.accept(chosen, by=request.user)
    return _found(request, handover)


@router.post("/handovers/{handover}/withdrawal", response=HandOverOut, operation_id="withdraw_handover")
def withdraw(request: HttpRequest, handover: int) -> HandOver:
    _found(request, handover).withdraw(by=request.user)
    return _found(request, handover)


@router.post("/handovers/{handover}/cases/{number}/undo", response=HandOverOut, operation_id="undo_taking_over")
def undo(request: HttpRequest, handover: int, number: int) -> HandOver:
    get_object_or_404(_found(request, handover).handed, case__number=number).undo(by=request.user)
    return _found(request, handover)


def _worker(request: HttpRequest) -> Any:
    user: Any = request.user
    user.must_be_able_to(Can.WORK)
    return user


def _visible(request: HttpRequest) -> Any:
    found = HandOver.objects.visible_to(_worker(request)).select_related("giver", "to", "to_team")
    return found.prefetch_related("handed__case", "handed__accepted_by")


def _found(request: HttpRequest, handover: int) -> Any:
    return get_object_or_404(_visible(request), pk=handover)
