from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from tandem.people.roles import Can
from tandem.status.models import Publication

router = Router(tags=["status"])


class ProposalOut(Schema):
    id: int
    component: str = Field(alias="component.slug")
    state: str
    words: str
    proposed_at: datetime


class ApprovalIn(Schema):
    words: str | None = Field(None, max_length=300, description="Better words than the proposed ones.")


def _actor(request: HttpRequest) -> Any:
    return request.user


def find_proposal(request: HttpRequest, id: int) -> Publication:
    _actor(request).must_be_able_to(Can.SPEAK)
    return get_object_or_404(Publication.objects.visible_to(request.user), pk=id)


@router.get("/publications", response=list[ProposalOut], operation_id="list_proposals")
def proposals(request: HttpRequest) -> Any:
    """What waits to be published. What was published stands at /status.json."""
    return Publication.objects.visible_to(request.user).waiting().select_related("component")


@router.post("/publications/{id}/approval", response={204: None}, operation_id="publish_proposal")
def publish(request: HttpRequest, id: int, approval: ApprovalIn) -> Status:
    find_proposal(request, id).publish(by=request.user, words=approval.words)
    return Status(204, None)


@router.delete("/publications/{id}", response={204: None}, operation_id="set_proposal_aside")
def set_aside(request: HttpRequest, id: int) -> Status:
    find_proposal(request, id).set_aside(by=request.user)
    return Status(204, None)
