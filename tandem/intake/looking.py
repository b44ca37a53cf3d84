"""Evidence before remedy, as JSON."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Body, Field, Router, Schema, Status

from tandem.cases.api import find_case
from tandem.intake import evidence
from tandem.intake.collecting import CollectionOut
from tandem.intake.models import Hold, RemedyFirst
from tandem.people.roles import Can

router = Router(tags=["intake"])
MOST = 20


class EvidenceLineOut(Schema):
    key: str
    label: str


class HoldOut(Schema):
    id: int
    asked_by: str
    asked_at: datetime
    until: datetime
    released_by: str | None
    released_at: datetime | None
    snapshots: list[CollectionOut] = Field(alias="looks")

    @staticmethod
    def resolve_asked_by(hold: Hold) -> str:
        return hold.asked_by.name

    @staticmethod
    def resolve_released_by(hold: Hold) -> str | None:
        return hold.released_by.name if hold.released_by else None


class RemedyFirstOut(Schema):
    reason: str
    lost: dict[str, str]
    chosen_by: str
    chosen_at: datetime

    @staticmethod
    def resolve_chosen_by(choice: RemedyFirst) -> str:
        return choice.chosen_by.name


class EvidenceFirstOut(Schema):
    """Whether a remedy may be chosen; if not, what is missing."""

    is_enough: bool
    missing: list[EvidenceLineOut]
    holds: list[HoldOut]
    remedies_first: list[RemedyFirstOut]


class RemedyFirstIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class HoldIn(Schema):
    minutes: Annotated[int, Field(ge=1, le=60)] = 15


class HoldReleaseIn(Schema):
    """`words` to the customer; without them, ours."""

    words: Annotated[str, Field(max_length=4000)] = ""


@router.get("/cases/{number}/evidence-first", response=EvidenceFirstOut, operation_id="get_evidence_first")
def evidence_first(request: HttpRequest, number: int) -> dict[str, Any]:
    case = find_case(request, number, needs=Can.WORK)
    missing = [{"key": line.key, "label": str(line.label)} for line in evidence.missing(case)]
    holds = case.holds.asked().visible_to(request.user).select_related("asked_by", "released_by")
    choices = case.remedies_first.chosen().visible_to(request.user).select_related("chosen_by")
    return {
        "is_enough": evidence.is_enough(case),
        "missing": missing,
        "holds": holds.prefetch_related("looks__collector")[:MOST],
        "remedies_first": choices[:MOST],
    }


@router.post(
    "/cases/{number}/evidence-first/remedy", response={201: RemedyFirstOut}, operation_id="choose_remedy_first"
)
def choose_remedy_first(request: HttpRequest, number: int, told: RemedyFirstIn) -> Status[RemedyFirst]:
    case = find_case(request, number, needs=Can.WORK)
    return Status(201, case.remedies_first.choose(reason=told.reason, by=request.user))


@router.post("/cases/{number}/holds", response={201: HoldOut}, operation_id="ask_to_hold")
def ask_to_hold(request: HttpRequest, number: int, told: Body[HoldIn | None] = None) -> Status[Hold]:
    """The customer is asked to leave all as it is; snapshots are taken, and they are released by themselves."""
    case = find_case(request, number, needs=Can.SPEAK)
    return Status(201, case.holds.ask(by=request.user, minutes=(told or HoldIn()).minutes))


@router.delete("/cases/{number}/hold", response={204: None}, operation_id="release_hold")
def release_hold(request: HttpRequest, number: int, told: Body[HoldReleaseIn | None] = None) -> Status[None]:
    case = find_case(request, number, needs=Can.SPEAK)
    hold = get_object_or_404(case.holds.asked().visible_to(request.user).standing().select_related("case")[:1])
    hold.release(by=request.user, words=(told or HoldReleaseIn()).words)
    return Status(204, None)
