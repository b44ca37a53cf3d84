"""What is said to the customer, and promised."""

from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime

from tandem.cases.api import MessageOut, find_case
from tandem.cases.api import router as cases
from tandem.cases.audience import Audience, readable_by
from tandem.cases.models import Ball, Case, Channel
from tandem.communicate.models import Kind, PlannedUpdate, Promise, Update
from tandem.communicate.models.addressing import chosen
from tandem.kit import jsonapi
from tandem.kit.errors import Invalid, NotAllowed
from tandem.people.roles import Can
from tandem.writing.news import must_be_seen

router = Router(tags=["communicate"])


class MessageIn(Schema):
    body: str = Field(min_length=1, max_length=50_000)
    audience: Literal["customer", "support", "restricted"]


class UpdateIn(Schema):
    """`to` and `cc` are addresses of people who take part; without them everybody gets it. `send_at`: not before.

    `seen` is the last line of the ledger (`seq` of its events) you have read: if others said or did something since, 409
    tells what, and nothing is sent. Without it that is not checked.
    """

    body: str = Field(min_length=1, max_length=50_000)
    kind: Kind = Kind.UPDATE
    promise_at: AwareDatetime | None = None
    waits: bool = False
    to: list[str] = Field([], max_length=100)
    cc: list[str] = Field([], max_length=100)
    send_at: AwareDatetime | None = None
    seen: int | None = Field(None, ge=1, le=2_000_000_000)


class DeliveryOut(Schema):
    name: str = Field(alias="participant.user.name")
    address: str
    place: str
    state: str
    attempts: int
    error: str
    sent_at: datetime | None


class UpdateOut(Schema):
    id: int
    kind: str
    body: str = Field(alias="message.body")
    sent_by: str | None
    sent_at: datetime
    deliveries: list[DeliveryOut]

    @staticmethod
    def resolve_sent_by(update: Update) -> str | None:
        return update.sent_by.name if update.sent_by else None


class PlannedUpdateOut(Schema):
    """An update that waits to leave. `is_overtaken`: something was said since; `held_why`: why it does not leave by itself.

    `prepared_at`: an act prepared it, for a person to read; until they let it leave, it does not.
    """

    id: int
    body: str
    planned_by: str = Field(alias="planned_by.name")
    planned_at: datetime
    leaves_at: datetime
    prepared_at: datetime | None
    promise_at: datetime | None
    held_why: str
    is_overtaken: bool = False


class PlannedUpdatePage(Schema):
    items: list[PlannedUpdateOut]
    next: str | None


class UpdatePage(Schema):
    items: list[UpdateOut]
    next: str | None


class PromiseIn(Schema):
    due_at: AwareDatetime


class PromiseOut(Schema):
    id: int
    due_at: datetime
    made_at: datetime
    state: str
    owner: str | None

    @staticmethod
    def resolve_owner(promise: Promise) -> str | None:
        return promise.owner.name if promise.owner else None


class PromisePage(Schema):
    items: list[PromiseOut]
    next: str | None


class OnlyUpdatesWait(Invalid):
    """Only an update of the kind “update” can wait; the others belong to what is done with them."""


class NotYourAudience(NotAllowed):
    """You cannot write for this audience here; to the customer, send an update."""


@cases.post("/cases/{number}/messages", response={201: MessageOut}, operation_id="write_message")
def write(request: HttpRequest, number: int, told: MessageIn) -> Status:
    """A customer writes to us; a colleague writes among us. What we tell a customer is an update."""
    case = find_case(request, number)
    audience, needs = _allowed(request, told.audience)
    if needs:
        request.user.must_be_able_to(needs)
    message = case.messages.write(told.body, by=request.user, audience=audience, channel=Channel.API)
    return Status(201, message)


def _allowed(request: HttpRequest, audience: str) -> tuple[str, Can | None]:
    to_the_customer = audience == Audience.CUSTOMER
    if to_the_customer == request.user.is_colleague or audience not in readable_by(request.user):
        raise NotYourAudience
    return audience, Can.WORK if request.user.is_colleague else None


@router.get("/cases/{number}/updates", response=UpdatePage, operation_id="list_updates")
def updates(request: HttpRequest, number: int, cursor: str | None = None, limit: int = 50) -> dict:
    """What we told the customer, and whether it reached them; for colleagues."""
    case = find_case(request, number, needs=Can.WORK)
    rows = Update.objects.visible_to(request.user).filter(case=case).select_related("message", "sent_by")
    return jsonapi.page(rows.prefetch_related("deliveries__participant__user"), cursor=cursor, limit=limit, by="pk")


@router.post("/cases/{number}/updates", response={201: UpdateOut, 202: PlannedUpdateOut}, operation_id="send_update")
def send(request: HttpRequest, number: int, told: UpdateIn) -> Status:
    """201: it is on its way. 202: it waits until `send_at`, and can be taken back until then. 409: see `seen`."""
    case = find_case(request, number, needs=Can.SPEAK)
    saying: dict[str, Any] = {
        "by": request.user,
        "promise_at": told.promise_at,
        "ball": Ball.CUSTOMER if told.waits else None,
        "channel": Channel.API,
        "addressed": chosen(case, told.to, told.cc) if told.to or told.cc else None,
    }
    if told.send_at and told.kind != Kind.UPDATE:
        raise OnlyUpdatesWait
    with transaction.atomic():
        must_be_seen(case, told.seen, by=request.user)
        if told.send_at is None:
            return Status(201, case.updates.send(told.body, kind=told.kind, **saying))
        return Status(202, case.planned_updates.plan(told.body, leaves_at=told.send_at, **saying))


@router.get("/cases/{number}/planned-updates", response=PlannedUpdatePage, operation_id="list_planned_updates")
def planned(request: HttpRequest, number: int, cursor: str | None = None, limit: int = 50) -> dict:
    """What waits to leave; for colleagues."""
    rows = _planned(request, find_case(request, number, needs=Can.WORK))
    return jsonapi.page(rows.waiting().with_news().select_related("planned_by"), cursor=cursor, limit=limit, by="pk")


@router.delete("/cases/{number}/planned-updates/{pk}", response={204: None}, operation_id="undo_update")
def undo(request: HttpRequest, number: int, pk: int) -> Status:
    """Take it back before it leaves."""
    rows = _planned(request, find_case(request, number, needs=Can.SPEAK)).select_related("case")
    get_object_or_404(rows, pk=pk).withdraw(by=request.user)
    return Status(204, None)


@router.post("/cases/{number}/planned-updates/{pk}/leaving", response={204: None}, operation_id="let_update_leave")
def let_leave(request: HttpRequest, number: int, pk: int) -> Status:
    """Send it now, as it is: one that waits for its time, one that is held, or one an act prepared."""
    rows = _planned(request, find_case(request, number, needs=Can.SPEAK)).select_related("case", "planned_by")
    get_object_or_404(rows, pk=pk).leave_now(by=request.user)
    return Status(204, None)


def _planned(request: HttpRequest, case: Case) -> Any:
    return PlannedUpdate.objects.visible_to(request.user).filter(case__in=Case.objects.read_on(case))


@router.get("/cases/{number}/promises", response=PromisePage, operation_id="list_promises")
def promises(request: HttpRequest, number: int, cursor: str | None = None, limit: int = 50) -> dict:
    case = find_case(request, number, needs=Can.WORK)
    rows = Promise.objects.visible_to(request.user).filter(case=case).select_related("owner")
    return jsonapi.page(rows, cursor=cursor, limit=limit)


@router.post("/cases/{number}/promises", response={201: PromiseOut}, operation_id="make_promise")
def make(request: HttpRequest, number: int, told: PromiseIn) -> Status:
    case = find_case(request, number, needs=Can.SPEAK)
    return Status(201, case.promises.make(told.due_at, by=request.user))
