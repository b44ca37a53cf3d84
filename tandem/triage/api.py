from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from tandem.cases.api import find_case
from tandem.people.models import Team, User
from tandem.people.roles import Can
from tandem.triage.models import Assessment, Assignment, HandOff, Part
from tandem.triage.suggesting import suggest

router = Router(tags=["triage"])

Step = Annotated[int, Field(ge=1, le=5)]
Sentence = Annotated[str, Field(min_length=1, max_length=500)]


class AssessmentIn(Schema):
    """`priority` overrides what the score says, and then `why` is needed."""

    impact: Step
    urgency: Step
    realm: Annotated[str, Field(max_length=40)] = ""
    why: Annotated[str, Field(max_length=200)] = ""
    priority: Annotated[int, Field(ge=1, le=4)] | None = None


class AssessmentOut(Schema):
    impact: int
    urgency: int
    realm: str
    score: int
    parts: list[dict[str, Any]]
    priority: int
    word: str
    why: str
    judged_by: str
    judged_at: datetime
    superseded_at: datetime | None

    @staticmethod
    def resolve_word(assessment: Assessment) -> str:
        return str(assessment.get_priority_display())

    @staticmethod
    def resolve_judged_by(assessment: Assessment) -> str:
        return assessment.judged_by.name


@router.get("/cases/{number}/assessments", response=list[AssessmentOut], operation_id="list_assessments")
def list_assessments(request: HttpRequest, number: int) -> Any:
    """Newest first, at most fifty."""
    case = find_case(request, number, needs=Can.WORK)
    return case.assessments.select_related("judged_by").order_by("-pk")[:50]


@router.post("/cases/{number}/assessments", response={201: AssessmentOut}, operation_id="judge_case")
def judge(request: HttpRequest, number: int, assessment: AssessmentIn) -> Status[Assessment]:
    case = find_case(request, number, needs=Can.STEER)
    return Status(201, case.assessments.judge(**assessment.dict(), by=request.user))


class SuggestedOut(Schema):
    """`percent` is how sure, of 100."""

    value: str
    label: str
    percent: int
    because: str


class SuggestionOut(Schema):
    """`learned_from` is of how many judged cases."""

    impact: SuggestedOut
    urgency: SuggestedOut
    realms: list[SuggestedOut]
    priority: int
    learned_from: int


@router.get("/cases/{number}/suggestion", response=SuggestionOut | None, operation_id="get_suggestion")
def suggestion(request: HttpRequest, number: int) -> Any:
    """What the case might be judged, and by which words; null where they say nothing."""
    return suggest(find_case(request, number, needs=Can.WORK))


@router.post(
    "/cases/{number}/assessments/standing/taking-back", response={204: None}, operation_id="take_back_assessment"
)
def take_back(request: HttpRequest, number: int) -> Status[None]:
    """What was judged before stands again, if anything."""
    case = find_case(request, number, needs=Can.STEER)
    get_object_or_404(case.assessments.standing()).take_back(by=request.user)
    return Status(204, None)


class AssignmentIn(Schema):
    """`to` is the address of a colleague."""

    part: Part
    to: str


class AssignmentOut(Schema):
    part: str
    to: str
    given_at: datetime
    ended_at: datetime | None

    @staticmethod
    def resolve_to(assignment: Assignment) -> str:
        return assignment.to.name


@router.get("/cases/{number}/assignments", response=list[AssignmentOut], operation_id="list_assignments")
def list_assignments(request: HttpRequest, number: int) -> Any:
    """Newest first, at most a hundred."""
    case = find_case(request, number, needs=Can.WORK)
    return case.assignments.select_related("to").order_by("-pk")[:100]


@router.post("/cases/{number}/assignments", response={201: AssignmentOut}, operation_id="give_part")
def give(request: HttpRequest, number: int, assignment: AssignmentIn) -> Status[Assignment]:
    case = find_case(request, number, needs=Can.STEER)
    to = get_object_or_404(User.objects.colleagues(), email=assignment.to.lower())
    return Status(201, case.assignments.give(assignment.part, to=to, by=request.user))


@router.post("/cases/{number}/investigation", response={204: None}, operation_id="begin_investigation")
def begin_investigation(request: HttpRequest, number: int) -> Status[None]:
    find_case(request, number, needs=Can.STEER).assignments.begin_investigation(by=request.user)
    return Status(204, None)


class HandOffIn(Schema):
    """`team` is the slug of a team that is not engineering."""

    team: str
    reason: Sentence


class DeclineIn(Schema):
    why: Sentence


class HandOffOut(Schema):
    id: int
    team: str
    reason: str
    handed_by: str
    handed_at: datetime
    accepted_at: datetime | None
    declined_at: datetime | None
    why_declined: str
    taken_back: bool

    @staticmethod
    def resolve_team(handoff: HandOff) -> str:
        return handoff.to_team.name

    @staticmethod
    def resolve_handed_by(handoff: HandOff) -> str:
        return handoff.handed_by.name


@router.get("/cases/{number}/handoffs", response=list[HandOffOut], operation_id="list_handoffs")
def list_handoffs(request: HttpRequest, number: int) -> Any:
    """Newest first, at most fifty."""
    case = find_case(request, number, needs=Can.WORK)
    return case.handoffs.select_related("to_team", "handed_by").order_by("-pk")[:50]


@router.post("/cases/{number}/handoffs", response={201: HandOffOut}, operation_id="hand_off_case")
def hand_off(request: HttpRequest, number: int, handoff: HandOffIn) -> Status[HandOff]:
    case = find_case(request, number, needs=Can.STEER)
    team = get_object_or_404(Team, slug=handoff.team)
    return Status(201, case.handoffs.hand_to(team, reason=handoff.reason, by=request.user))


@router.post("/cases/{number}/handoffs/{id}/acceptance", response={204: None}, operation_id="accept_handoff")
def accept_handoff(request: HttpRequest, number: int, id: int) -> Status[None]:
    _handoff(request, number, id).accept(by=request.user)
    return Status(204, None)


@router.post("/cases/{number}/handoffs/{id}/decline", response={204: None}, operation_id="decline_handoff")
def decline_handoff(request: HttpRequest, number: int, id: int, decline: DeclineIn) -> Status[None]:
    """Of the team: it is not theirs. Of who handed it off: it is taken back."""
    _handoff(request, number, id).decline(why=decline.why, by=request.user)
    return Status(204, None)


def _handoff(request: HttpRequest, number: int, id: int) -> HandOff:
    return get_object_or_404(find_case(request, number, needs=Can.WORK).handoffs, pk=id)
