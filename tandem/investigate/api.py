from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import AwareDatetime

from tandem.cases.api import find_case
from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.investigate.models import Attempt, Bearing, Evidence, Hypothesis, HypothesisState, Needed, Outcome
from tandem.kit import jsonapi
from tandem.people.models import User
from tandem.people.roles import Can

router = Router(tags=["investigate"])


class HypothesisIn(Schema):
    text: str


class HypothesisOut(Schema):
    id: int
    text: str
    state: HypothesisState
    because: str
    proposed_by: str
    proposed_at: datetime
    settled_at: datetime | None

    @staticmethod
    def resolve_proposed_by(hypothesis: Hypothesis) -> str:
        return hypothesis.proposed_by.name


class HypothesisPage(Schema):
    items: list[HypothesisOut]
    next: str | None


class SettlingIn(Schema):
    state: HypothesisState
    because: str = ""


class EvidenceIn(Schema):
    text: str
    source: str = ""
    link: str = ""
    hypothesis: int | None = None
    bearing: Bearing | None = None
    taken_at: AwareDatetime | None = None
    audience: Audience = Audience.SUPPORT


class EvidenceOut(Schema):
    id: int
    text: str
    source: str
    link: str
    hypothesis: int | None
    bearing: str
    taken_at: datetime
    audience: Audience
    added_by: str

    @staticmethod
    def resolve_hypothesis(evidence: Evidence) -> int | None:
        return evidence.hypothesis_id

    @staticmethod
    def resolve_added_by(evidence: Evidence) -> str:
        return evidence.added_by.name


class EvidencePage(Schema):
    items: list[EvidenceOut]
    next: str | None


class AttemptIn(Schema):
    """`done_by` is the id of whoever did it, if not you; `still_in_place` and `reversible` are null while unknown."""

    what: str
    outcome: Outcome
    still_in_place: bool | None = None
    target: str = ""
    effect: str = ""
    reversible: bool | None = None
    hypothesis: int | None = None
    done_by: int | None = None
    done_at: AwareDatetime | None = None


class AttemptOut(Schema):
    id: int
    what: str
    target: str
    outcome: Outcome
    effect: str
    still_in_place: bool | None
    reversible: bool | None
    needed: str
    hypothesis: int | None
    done_by: str
    done_at: datetime

    @staticmethod
    def resolve_hypothesis(attempt: Attempt) -> int | None:
        return attempt.hypothesis_id

    @staticmethod
    def resolve_done_by(attempt: Attempt) -> str:
        return attempt.done_by.name


class AttemptPage(Schema):
    items: list[AttemptOut]
    next: str | None


class OutcomeIn(Schema):
    outcome: Outcome


class NeedIn(Schema):
    """Whether the resolution needs this attempt too."""

    needed: Needed


@router.get("/cases/{number}/hypotheses", response=HypothesisPage, operation_id="list_hypotheses")
def hypotheses(request: HttpRequest, number: int, cursor: str | None = None, limit: int = 50) -> dict:
    rows = Hypothesis.objects.visible_to(request.user).of(_case(request, number)).select_related("proposed_by")
    return jsonapi.page(rows, cursor=cursor, limit=limit, by="pk")


@router.post("/cases/{number}/hypotheses", response={201: HypothesisOut}, operation_id="propose_hypothesis")
def propose(request: HttpRequest, number: int, hypothesis: HypothesisIn) -> Status:
    return Status(201, _case(request, number).hypotheses.propose(hypothesis.text, by=request.user))


@router.patch("/hypotheses/{pk}", response=HypothesisOut, operation_id="settle_hypothesis")
def settle(request: HttpRequest, pk: int, settling: SettlingIn) -> Hypothesis:
    hypothesis = _row(request, Hypothesis, pk)
    hypothesis.settle(settling.state, because=settling.because, by=request.user)
    return hypothesis


@router.get("/cases/{number}/evidence", response=EvidencePage, operation_id="list_evidence")
def evidence(request: HttpRequest, number: int, cursor: str | None = None, limit: int = 50) -> dict:
    rows = Evidence.objects.visible_to(request.user).of(_case(request, number)).select_related("added_by")
    return jsonapi.page(rows, cursor=cursor, limit=limit, by="pk")


@router.post("/cases/{number}/evidence", response={201: EvidenceOut}, operation_id="add_evidence")
def add_evidence(request: HttpRequest, number: int, evidence: EvidenceIn) -> Status:
    case = _case(request, number)
    told = evidence.dict() | {
        "bearing": evidence.bearing or "",
        "hypothesis": _hypothesis(request, case, evidence.hypothesis),
    }
    return Status(201, case.evidence.note(by=request.user, **told))


@router.get("/cases/{number}/attempts", response=AttemptPage, operation_id="list_attempts")
def attempts(
    request: HttpRequest, number: int, helped: bool | None = None, cursor: str | None = None, limit: int = 50
) -> dict:
    rows = Attempt.objects.visible_to(request.user).of(_case(request, number)).select_related("done_by")
    if helped is not None:
        rows = rows.helped() if helped else rows.did_not_help()
    return jsonapi.page(rows, cursor=cursor, limit=limit, by="pk")


@router.post("/cases/{number}/attempts", response={201: AttemptOut}, operation_id="note_attempt")
def note(request: HttpRequest, number: int, attempt: AttemptIn) -> Status:
    case = _case(request, number)
    told = attempt.dict() | {
        "hypothesis": _hypothesis(request, case, attempt.hypothesis),
        "done_by": _person(request, attempt.done_by),
    }
    return Status(201, case.attempts.note(by=request.user, **told))


@router.put("/attempts/{pk}/outcome", response=AttemptOut, operation_id="judge_attempt")
def judge(request: HttpRequest, pk: int, outcome: OutcomeIn) -> Attempt:
    attempt = _row(request, Attempt, pk)
    attempt.judge(outcome.outcome, by=request.user)
    return attempt


@router.put("/attempts/{pk}/need", response=AttemptOut, operation_id="settle_attempt")
def need(request: HttpRequest, pk: int, need: NeedIn) -> Attempt:
    attempt = _row(request, Attempt, pk)
    attempt.settle(needed=need.needed, by=request.user)
    return attempt


@router.post("/attempts/{pk}/undo", response=AttemptOut, operation_id="undo_attempt")
def undo(request: HttpRequest, pk: int) -> Attempt:
    attempt = _row(request, Attempt, pk)
    attempt.undo(by=request.user)
    return attempt


def _case(request: HttpRequest, number: int) -> Case:
    return find_case(request, number, needs=Can.WORK)


def _row(request: HttpRequest, noun: Any, pk: int) -> Any:
    actor: Any = request.user
    actor.must_be_able_to(Can.WORK)
    return get_object_or_404(noun.objects.visible_to(actor).select_related("case"), pk=pk)


def _hypothesis(request: HttpRequest, case: Case, pk: int | None) -> Hypothesis | None:
    rows = Hypothesis.objects.visible_to(request.user).of(case).select_related("case")
    return None if pk is None else get_object_or_404(rows, pk=pk)


def _person(request: HttpRequest, pk: int | None) -> User | None:
    return None if pk is None else get_object_or_404(User.objects.visible_to(request.user), pk=pk)
