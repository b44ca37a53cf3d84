from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from tandem.cases.api import CaseForCustomer, CaseOut, as_read_by, find_case
from tandem.cases.api import router as cases
from tandem.cases.models import Case, Channel, Message
from tandem.kit import jsonapi
from tandem.people.roles import Can
from tandem.submit import report_api, reporters
from tandem.submit.mailbox_api import router as mailboxes
from tandem.submit.models import Cause, MailingList, Submission, Vouch

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
    state: str
    cause: str
    reason: str
    author_told: str
    subject_told: str
    attempts: int


class QuarantinePage(Schema):
    items: list[QuarantinedOut]
    next: str | None


class ReleaseIn(Schema):
    """`contact` is whose word it is; `into` the number of their case, without which it is a new one."""

    contact: str = Field(max_length=254)
    into: int | None = None


class SenderIn(Schema):
    author: str = Field(min_length=3, max_length=320)


class TurnedAway(Schema):
    rejected: int


class MailingListOut(Schema):
    id: int
    list_id: str
    let_in_by: str = Field(alias="let_in_by.name")
    let_in_at: datetime


class SubmissionOut(Schema):
    """How something came in, and why it landed where it did."""

    id: int
    channel: str
    received_at: datetime
    state: str
    reason: str
    decision: dict
    message: int | None = Field(alias="message_id")


class VouchIn(Schema):
    why: str = Field("", max_length=500)


class OtherCaseIn(Schema):
    into: int


class VouchOut(Schema):
    speaks_for: str = Field(alias="speaks_for.name")
    message: int = Field(alias="message_id")


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
def quarantine(
    request: HttpRequest,
    state: Literal["quarantined", "waiting", "noted", "rejected"] = "quarantined",
    cause: Cause | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict:
    """What waits for a person; with `state`, what is not read yet (waiting), asked for nothing (noted) or was turned away (rejected)."""
    request.user.must_be_able_to(Can.SORT_MAIL)
    rows = Submission.objects.visible_to(request.user).filter(state=state)
    return jsonapi.page(rows.filter(cause=cause) if cause else rows, cursor=cursor, limit=limit)


@router.post("/quarantine/{pk}/release", response={204: None}, operation_id="release_mail")
def release(request: HttpRequest, pk: int, told: ReleaseIn) -> Status:
    into = find_case(request, told.into) if told.into else None
    _find(request, pk).release(by=request.user, contact=told.contact, into=into)
    return Status(204, None)


@router.post("/quarantine/{pk}/reading", response={204: None}, operation_id="read_mail_again")
def read_again(request: HttpRequest, pk: int) -> Status:
    """What kept it from being read is over."""
    _find(request, pk).read_again(by=request.user)
    return Status(204, None)


@router.post("/quarantine/{pk}/rejection", response={204: None}, operation_id="reject_mail")
def reject(request: HttpRequest, pk: int) -> Status:
    _find(request, pk).reject(by=request.user)
    return Status(204, None)


@router.post("/quarantine/{pk}/return", response={204: None}, operation_id="bring_mail_back")
def bring_back(request: HttpRequest, pk: int) -> Status:
    """What was noted or rejected waits for a person again."""
    _find(request, pk).bring_back(by=request.user)
    return Status(204, None)


@router.post("/quarantine/rejections", response=TurnedAway, operation_id="reject_mail_of_sender")
def reject_all(request: HttpRequest, told: SenderIn) -> dict:
    request.user.must_be_able_to(Can.SORT_MAIL)
    return {"rejected": Submission.objects.reject_all_of(told.author, by=request.user)}


@router.post("/quarantine/{pk}/list", response={201: MailingListOut}, operation_id="let_mailing_list_in")
def let_list_in(request: HttpRequest, pk: int) -> Status:
    """What people write to the list of this mail comes in from now on, and what waits of it."""
    return Status(201, MailingList.objects.let_in(_find(request, pk), by=request.user))


@router.get("/mailing-lists", response=list[MailingListOut], operation_id="list_mailing_lists")
def mailing_lists(request: HttpRequest) -> list[MailingList]:
    request.user.must_be_able_to(Can.SORT_MAIL)
    return list(MailingList.objects.visible_to(request.user).standing().select_related("let_in_by")[:500])


@router.post("/mailing-lists/{pk}/end", response={204: None}, operation_id="keep_mailing_list_out")
def end_list(request: HttpRequest, pk: int) -> Status:
    request.user.must_be_able_to(Can.SORT_MAIL)
    get_object_or_404(MailingList.objects.visible_to(request.user).standing(), pk=pk).end(by=request.user)
    return Status(204, None)


@cases.get("/cases/{number}/submissions", response=list[SubmissionOut], operation_id="list_submissions")
def submissions(request: HttpRequest, number: int) -> list[Submission]:
    return list(_of(find_case(request, number), request.user)[:200])


@cases.post("/cases/{number}/submissions/{pk}/vouch", response={201: VouchOut}, operation_id="vouch_for_mail")
def vouch(request: HttpRequest, number: int, pk: int, told: VouchIn) -> Status:
    """You say that a mail is by who it says: it becomes, and counts as, their word."""
    case = find_case(request, number, needs=Can.SPEAK)
    mail = get_object_or_404(_of(case, request.user), pk=pk)
    return Status(201, Vouch.objects.give(mail, by=request.user, why=told.why))


@cases.post("/cases/{number}/submissions/{pk}/own-case", response={201: CaseOut}, operation_id="give_mail_its_own_case")
def own_case(request: HttpRequest, number: int, pk: int) -> Status:
    case = find_case(request, number, needs=Can.STEER)
    opened = get_object_or_404(_of(case, request.user), pk=pk).belongs_alone(by=request.user)
    return Status(201, Case.objects.with_people().get(pk=opened.pk))


@cases.post("/cases/{number}/submissions/{pk}/other-case", response={204: None}, operation_id="move_mail")
def other_case(request: HttpRequest, number: int, pk: int, told: OtherCaseIn) -> Status:
    case = find_case(request, number, needs=Can.STEER)
    into = find_case(request, told.into)
    get_object_or_404(_of(case, request.user), pk=pk).belongs_to(into, by=request.user)
    return Status(204, None)


def _of(case: Case, actor: Any) -> Any:
    rows = Submission.objects.visible_to(actor).filter(message__in=Message.objects.of(case))
    return rows.select_related("message__stands_on", "message__author").order_by("pk")


def _find(request: HttpRequest, pk: int) -> Submission:
    request.user.must_be_able_to(Can.SORT_MAIL)
    return get_object_or_404(Submission.objects.visible_to(request.user), pk=pk)
