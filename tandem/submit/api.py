from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from tandem.cases.api import CaseForCustomer, CaseOut, as_read_by
from tandem.cases.api import router as cases
from tandem.cases.models import Case, Channel
from tandem.kit import jsonapi
from tandem.people.roles import Can
from tandem.submit import report_api, reporters
from tandem.submit.mailbox_api import router as mailboxes
from tandem.submit.models import Submission

router = Router(tags=["submit"])
router.add_router("", mailboxes)
router.add_router("", report_api.router)


class CaseIn(Schema):
    """`contact` is the customer's address, when a colleague opens the case; customers open their own."""

    title: str = Field(min_length=1, max_length=200)
    body: str = Field(min_length=1, max_length=50_000)
    environment: str | None = None
    realm: str = Field("", max_length=40, pattern=r"^[a-z0-9_-]*$")
    answers: dict[str, str] = Field({}, max_length=50)
    contact: str | None = Field(None, max_length=254)


class QuarantinedOut(Schema):
    id: int
    received_at: datetime
    reason: str
    author_told: str
    subject_told: str
    attempts: int


class QuarantinePage(Schema):
    items: list[QuarantinedOut]
    next: str | None


class ReleaseIn(Schema):
    contact: str = Field(max_length=254)


@cases.post("/cases", response={201: CaseOut | CaseForCustomer}, operation_id="open_case")
def open_case(request: HttpRequest, told: CaseIn) -> Status:
    reporter = reporters.reporter(request.user, told.contact)
    submission = Submission.objects.report(
        reporter,
        title=told.title,
        body=told.body,
        by=request.user,
        environment=reporters.environment(reporter, told.environment),
        realm=told.realm,
        answers=told.answers,
        channel=Channel.API,
    )
    case = Case.objects.with_people().get(pk=submission.case_id)
    return Status(201, as_read_by(request.user, case))


@router.get("/quarantine", response=QuarantinePage, operation_id="list_quarantine")
def quarantine(request: HttpRequest, cursor: str | None = None, limit: int = 50) -> dict:
    request.user.must_be_able_to(Can.SORT_MAIL)
    rows = Submission.objects.visible_to(request.user).quarantined()
    return jsonapi.page(rows, cursor=cursor, limit=limit)


@router.post("/quarantine/{pk}/release", response={204: None}, operation_id="release_mail")
def release(request: HttpRequest, pk: int, told: ReleaseIn) -> Status:
    _find(request, pk).release(by=request.user, contact=told.contact)
    return Status(204, None)


@router.post("/quarantine/{pk}/rejection", response={204: None}, operation_id="reject_mail")
def reject(request: HttpRequest, pk: int) -> Status:
    _find(request, pk).reject(by=request.user)
    return Status(204, None)


def _find(request: HttpRequest, pk: int) -> Submission:
    request.user.must_be_able_to(Can.SORT_MAIL)
    return get_object_or_404(Submission.objects.visible_to(request.user), pk=pk)
