from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from tandem.cases.api import find_case
from tandem.escalate import package
from tandem.escalate.models import Escalation, EscalationState
from tandem.kit import jsonapi
from tandem.people.models import Team
from tandem.people.roles import Can

router = Router(tags=["escalate"])


class LackingOut(Schema):
    key: str
    label: str


class CardOut(Schema):
    cause: str
    tell_customer: str
    watch: str
    workaround: str
    do_not_promise: str
    acknowledged_at: datetime | None


class EscalationOut(Schema):
    """`missing` are the checks its package did not meet, `lacking` what the team said was missing."""

    id: int
    case: int
    team: str
    state: EscalationState
    asking: str
    missing: list[str]
    follows: int | None
    requested_by: str
    requested_at: datetime
    accepted_by: str | None
    accepted_at: datetime | None
    returned_at: datetime | None
    reasons: str
    lacking: list[LackingOut]
    handed_back_at: datetime | None
    withdrawn_at: datetime | None
    card: CardOut | None

    @staticmethod
    def resolve_case(escalation: Escalation) -> int:
        return escalation.case.number

    @staticmethod
    def resolve_team(escalation: Escalation) -> str:
        return escalation.team.slug

    @staticmethod
    def resolve_follows(escalation: Escalation) -> int | None:
        return escalation.follows_id

    @staticmethod
    def resolve_requested_by(escalation: Escalation) -> str:
        return escalation.requested_by.name

    @staticmethod
    def resolve_accepted_by(escalation: Escalation) -> str | None:
        return escalation.accepted_by.name if escalation.accepted_by else None

    @staticmethod
    def resolve_card(escalation: Escalation) -> Any:
        return escalation.hand_back_card if escalation.is_handed_back else None


class EscalationWithPackage(EscalationOut):
    package: dict[str, Any]


class EscalationPage(Schema):
    items: list[EscalationOut]
    next: str | None


class PackagePreview(Schema):
    """What would travel now, and what is missing."""

    package: dict[str, Any]
    missing: list[str]


class EscalationIn(Schema):
    """`team` is its slug; `untried` says why nothing was tried, if so."""

    team: str
    asking: str
    untried: str = ""


class ReturnIn(Schema):
    """`lacking`: keys of checks or facts, or a few words each."""

    reasons: str
    lacking: Annotated[list[str], Field(max_length=50)] = []


class AskIn(Schema):
    text: str


class AskedOut(Schema):
    id: int
    text: str
    asked_of: str

    @staticmethod
    def resolve_asked_of(question: Any) -> str:
        return question.asked_of.name


class CardIn(Schema):
    cause: str
    tell_customer: str
    watch: str = ""
    workaround: str = ""
    do_not_promise: str = ""


@router.get("/escalations", response=EscalationPage, operation_id="list_escalations")
def escalations(
    request: HttpRequest,
    team: str | None = None,
    state: EscalationState | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict:
    rows = Escalation.objects.visible_to(request.user).with_people()
    rows = rows.filter(team__slug=team) if team else rows
    return jsonapi.page(rows.filter(state=state) if state else rows, cursor=cursor, limit=limit)


@router.get("/cases/{number}/escalations", response=EscalationPage, operation_id="list_escalations_of_case")
def escalations_of_case(request: HttpRequest, number: int, cursor: str | None = None, limit: int = 50) -> dict:
    case = find_case(request, number, needs=Can.WORK)
    rows = Escalation.objects.visible_to(request.user).filter(case=case).with_people()
    return jsonapi.page(rows, cursor=cursor, limit=limit)


@router.get("/cases/{number}/escalations/preview", response=PackagePreview, operation_id="preview_escalation")
def preview(request: HttpRequest, number: int) -> dict:
    told = package.of(find_case(request, number, needs=Can.WORK))
    return {"package": told, "missing": [check["key"] for check in told["completeness"] if not check["met"]]}


@router.post("/cases/{number}/escalations", response={201: EscalationWithPackage}, operation_id="raise_escalation")
def raise_escalation(request: HttpRequest, number: int, escalation: EscalationIn) -> Status:
    case = find_case(request, number, needs=Can.STEER)
    team = get_object_or_404(Team, slug=escalation.team)
    raised = case.escalations.raise_to(team, asking=escalation.asking, untried=escalation.untried, by=request.user)
    return Status(201, raised)


@router.get("/escalations/{pk}", response=EscalationWithPackage, operation_id="get_escalation")
def escalation(request: HttpRequest, pk: int) -> Escalation:
    return _find(request, pk)


@router.post("/escalations/{pk}/acceptance", response=EscalationOut, operation_id="accept_escalation")
def accept(request: HttpRequest, pk: int) -> Escalation:
    found = _find(request, pk, needs=Can.SOLVE)
    found.accept(by=request.user)
    return found


@router.post("/escalations/{pk}/return", response=EscalationOut, operation_id="return_escalation")
def send_back(request: HttpRequest, pk: int, told: ReturnIn) -> Escalation:
    found = _find(request, pk, needs=Can.SOLVE)
    found.send_back(reasons=told.reasons, lacking=told.lacking, by=request.user)
    return found


@router.post("/escalations/{pk}/questions", response={201: AskedOut}, operation_id="ask_about_escalation")
def ask(request: HttpRequest, pk: int, told: AskIn) -> Status:
    return Status(201, _find(request, pk, needs=Can.WORK).ask(told.text, by=request.user))


@router.post("/escalations/{pk}/hand-back", response=EscalationOut, operation_id="hand_back_escalation")
def hand_back(request: HttpRequest, pk: int, card: CardIn) -> Escalation:
    found = _find(request, pk, needs=Can.SOLVE)
    found.hand_back(by=request.user, **card.dict())
    return found


@router.post("/escalations/{pk}/acknowledgment", response=EscalationOut, operation_id="acknowledge_hand_back")
def acknowledge(request: HttpRequest, pk: int) -> Escalation:
    found = _find(request, pk, needs=Can.SPEAK)
    found.acknowledge_hand_back(by=request.user)
    return found


@router.post("/escalations/{pk}/withdrawal", response=EscalationOut, operation_id="withdraw_escalation")
def withdraw(request: HttpRequest, pk: int) -> Escalation:
    found = _find(request, pk, needs=Can.STEER)
    found.withdraw(by=request.user)
    return found


def _find(request: HttpRequest, pk: int, *, needs: Can | None = None) -> Escalation:
    actor: Any = request.user
    found = get_object_or_404(Escalation.objects.visible_to(actor).with_people(), pk=pk)
    if needs:
        actor.must_be_able_to(needs)
    return found
