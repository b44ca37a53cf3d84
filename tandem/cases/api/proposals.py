from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Schema, Status

from tandem.cases.api.reading import find_case, router
from tandem.cases.models import Proposal
from tandem.people.roles import Can


class PersonProposed(Schema):
    """Somebody whom a mail named, and who might take part."""

    id: int
    email: str
    name: str
    message: int = Field(alias="message_id")
    proposed_at: datetime
    answered_at: datetime | None
    is_accepted: bool


@router.get("/cases/{number}/proposals", response=list[PersonProposed], operation_id="list_people_proposed")
def proposals(request: HttpRequest, number: int) -> list[Proposal]:
    return list(Proposal.objects.visible_to(request.user).read_on(find_case(request, number))[:200])


@router.post("/cases/{number}/proposals/{pk}/acceptance", response={204: None}, operation_id="accept_person_proposed")
def accept_proposal(request: HttpRequest, number: int, pk: int) -> Status:
    _proposal(request, number, pk).accept(by=request.user)
    return Status(204, None)


@router.post("/cases/{number}/proposals/{pk}/refusal", response={204: None}, operation_id="decline_person_proposed")
def decline_proposal(request: HttpRequest, number: int, pk: int) -> Status:
    _proposal(request, number, pk).decline(by=request.user)
    return Status(204, None)


def _proposal(request: HttpRequest, number: int, pk: int) -> Proposal:
    rows = Proposal.objects.visible_to(request.user).read_on(find_case(request, number, needs=Can.SPEAK))
    return get_object_or_404(rows.select_related("case__account"), pk=pk)
