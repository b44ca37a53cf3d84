from datetime import datetime
from typing import Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import AwareDatetime

from tandem.cases.api import find_case
from tandem.cases.models import Case
from tandem.kit import jsonapi
from tandem.people.roles import Can
from tandem.resolve.models import Resolution, Runner, Verdict, Verification, Workaround

router = Router(tags=["resolve"])


class WorkaroundIn(Schema):
    """`promise_at`: when the customer hears from us next."""

    steps: str
    expires_at: AwareDatetime
    promise_at: AwareDatetime
    runner: Runner = Runner.CUSTOMER
    applies_if: str = ""
    risk: str = ""


class WorkaroundOut(Schema):
    id: int
    steps: str
    runner: str
    applies_if: str
    risk: str
    offered_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class ResolutionIn(Schema):
    words: str
    changed: str = ""
    cause: str = ""
    saw: str = ""


class ResolutionForCustomer(Schema):
    """What a customer reads of a resolution they were asked about."""

    id: int
    saw: str
    words: str
    changed: str
    asked_at: datetime | None
    withdrawn_at: datetime | None


class ResolutionOut(ResolutionForCustomer):
    cause: str
    proposed_at: datetime
    proposed_by: str
    withdrawn_why: str

    @staticmethod
    def resolve_proposed_by(resolution: Resolution) -> str:
        return jsonapi.told(resolution.proposed_by)


class CheckIn(Schema):
    """Our own verification."""

    verdict: Verdict
    how: str


class VerificationIn(Schema):
    """The customer's. A colleague who writes it down says whose word it is (`by`, a user's id) and how it came."""

    verdict: Verdict
    note: str = ""
    by: int | None = None
    via: Literal["phone", "reply"] = "phone"


class VerificationOut(Schema):
    id: int
    stage: str
    verdict: str
    note: str
    via: str
    verified_at: datetime
    verified_by: str
    recorded_by: str | None

    @staticmethod
    def resolve_verified_by(verification: Verification) -> str:
        return verification.verified_by.name

    @staticmethod
    def resolve_recorded_by(verification: Verification) -> str | None:
        return verification.recorded_by.name if verification.recorded_by else None


@router.get("/cases/{number}/workarounds", response=list[WorkaroundOut], operation_id="list_workarounds")
def workarounds(request: HttpRequest, number: int) -> QuerySet:
    return Workaround.objects.visible_to(request.user).filter(case=find_case(request, number))[:100]


@router.post("/cases/{number}/workarounds", response={201: WorkaroundOut}, operation_id="offer_workaround")
def offer(request: HttpRequest, number: int, workaround: WorkaroundIn) -> Status[Workaround]:
    case = find_case(request, number, needs=Can.SPEAK)
    return Status(201, case.workarounds.offer(by=request.user, **workaround.dict()))


@router.delete("/cases/{number}/workarounds/{pk}", response={204: None}, operation_id="end_workaround")
def end(request: HttpRequest, number: int, pk: int, why: str) -> Status[None]:
    case = find_case(request, number, needs=Can.SPEAK)
    get_object_or_404(Workaround.objects.visible_to(request.user).filter(case=case), pk=pk).end(
        by=request.user, why=why
    )
    return Status(204, None)


@router.get(
    "/cases/{number}/resolutions",
    response=list[ResolutionOut | ResolutionForCustomer],
    operation_id="list_resolutions",
)
def resolutions(request: HttpRequest, number: int) -> list[ResolutionForCustomer]:
    rows = _resolutions(request, find_case(request, number)).select_related("proposed_by")[:100]
    return [(ResolutionOut if request.user.is_colleague else ResolutionForCustomer).from_orm(row) for row in rows]


@router.post("/cases/{number}/resolutions", response={201: ResolutionOut}, operation_id="propose_resolution")
def propose(request: HttpRequest, number: int, resolution: ResolutionIn) -> Status[Resolution]:
    case = find_case(request, number, needs=Can.WORK)
    return Status(201, case.resolutions.propose(by=request.user, **resolution.dict()))


@router.delete("/cases/{number}/resolutions/{pk}", response={204: None}, operation_id="withdraw_resolution")
def withdraw(request: HttpRequest, number: int, pk: int, why: str) -> Status[None]:
    _find(request, number, pk, needs=Can.WORK).withdraw(by=request.user, why=why)
    return Status(204, None)


@router.post(
    "/cases/{number}/resolutions/{pk}/checks", response={201: VerificationOut}, operation_id="verify_resolution_ours"
)
def check(request: HttpRequest, number: int, pk: int, check: CheckIn) -> Status[Verification]:
    resolution = _find(request, number, pk, needs=Can.WORK)
    return Status(201, resolution.verify_ours(by=request.user, **check.dict()))


@router.post("/cases/{number}/resolutions/{pk}/question", response={204: None}, operation_id="ask_customer_to_verify")
def question(request: HttpRequest, number: int, pk: int) -> Status[None]:
    _find(request, number, pk, needs=Can.SPEAK).ask_customer(by=request.user)
    return Status(204, None)


@router.post(
    "/cases/{number}/resolutions/{pk}/answers",
    response={201: VerificationOut},
    operation_id="verify_resolution_customer",
)
def answer(request: HttpRequest, number: int, pk: int, answer: VerificationIn) -> Status[Verification]:
    """A customer answers for themselves; a colleague writes down what a participant said."""
    if request.user.is_customer:
        resolution = _find(request, number, pk)
        return Status(201, resolution.verify_customer(verdict=answer.verdict, note=answer.note, by=request.user))
    resolution = _find(request, number, pk, needs=Can.SPEAK)
    who = get_object_or_404(resolution.case.participants.standing().select_related("user"), user=answer.by).user
    told = {"verdict": answer.verdict, "note": answer.note, "via": answer.via}
    return Status(201, resolution.verify_customer(by=who, recorded_by=request.user, **told))


def _resolutions(request: HttpRequest, case: Case) -> QuerySet:
    return Resolution.objects.visible_to(request.user).filter(case=case)


def _find(request: HttpRequest, number: int, pk: int, *, needs: Can | None = None) -> Resolution:
    return get_object_or_404(_resolutions(request, find_case(request, number, needs=needs)), pk=pk)
