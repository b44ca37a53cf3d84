from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema

from tandem.cases.journey import Stage
from tandem.cases.models import Case, Event, Message
from tandem.cases.query import NotUnderstood, ask
from tandem.kit import jsonapi
from tandem.kit.bounded import bounded
from tandem.people.roles import Can

router = Router(tags=["cases"])


class Person(Schema):
    id: int
    name: str
    role: str


class CaseOut(Schema):
    """What colleagues read of a case."""

    number: int
    title: str
    stage: str
    ball: str
    priority: int
    realm: str
    account: str | None
    environment: str | None
    reporter: Person
    customer_owner: Person | None
    technical_owner: Person | None
    opened_at: datetime
    next_update_at: datetime | None

    @staticmethod
    def resolve_account(case: Case) -> str | None:
        return jsonapi.told(case.account)

    @staticmethod
    def resolve_environment(case: Case) -> str | None:
        return jsonapi.told(case.environment)


class CaseForCustomer(Schema):
    """What a customer reads of their case; each field is chosen, none comes by itself."""

    number: int
    title: str
    stage: str
    opened_at: datetime
    next_update_at: datetime | None


class AttachmentOut(Schema):
    """`search` is what came of searching it for secrets: waiting, plain, covered, closed, erased, or unsearched."""

    key: UUID
    name: str
    content_type: str
    size: int
    sha256: str
    search: str


class MessageForCustomer(Schema):
    id: int
    author: str | None
    channel: str
    body: str
    created_at: datetime
    attachments: list[AttachmentOut]

    @staticmethod
    def resolve_author(message: Message) -> str | None:
        return jsonapi.told(message.author)


class MessageOut(MessageForCustomer):
    audience: str
    verified: bool


class EventForCustomer(Schema):
    """A line of the ledger without its facts: those are ours."""

    seq: int
    verb: str
    by: str | None
    at: datetime

    @staticmethod
    def resolve_by(event: Event) -> str | None:
        return jsonapi.told(event.by)


class EventOut(EventForCustomer):
    audience: str
    facts: dict


class CasePage(Schema):
    items: list[CaseOut | CaseForCustomer]
    next: str | None


class MessagePage(Schema):
    items: list[MessageOut | MessageForCustomer]
    next: str | None


class EventPage(Schema):
    items: list[EventOut | EventForCustomer]
    next: str | None


def find_case(request: HttpRequest, number: int, *, needs: Can | None = None) -> Case:
    """The case, through the eyes of whose token it is; what changes something also `needs` a part of the role."""
    case = get_object_or_404(Case.objects.visible_to(request.user).with_people(), number=number)
    if needs:
        request.user.must_be_able_to(needs)
    return case


def as_read_by(actor: Any, case: Case) -> CaseOut | CaseForCustomer:
    return (CaseOut if actor.is_colleague else CaseForCustomer).from_orm(case)


def page_as_read_by(actor: Any, page: dict, ours: type[Schema], customers: type[Schema]) -> dict:
    shape = ours if actor.is_colleague else customers
    return {**page, "items": [shape.from_orm(row) for row in page["items"]]}


@router.get("/cases", response=CasePage, operation_id="list_cases")
def cases(
    request: HttpRequest, stage: Stage | None = None, q: str = "", cursor: str | None = None, limit: int = 50
) -> dict:
    """The newest first. `q` asks as in the queue (docs/queries.md), among open cases if it names no state; for colleagues."""
    rows = Case.objects.visible_to(request.user).with_people()
    if not q:
        found = jsonapi.page(rows.filter(stage=stage) if stage else rows, cursor=cursor, limit=limit)
        return page_as_read_by(request.user, found, CaseOut, CaseForCustomer)
    with bounded():
        asked = _asked(f"stage:{stage} ({q})" if stage else q, request.user)
        found = jsonapi.page(rows.filter(asked), cursor=cursor, limit=limit)
    return page_as_read_by(request.user, found, CaseOut, CaseForCustomer)


def _asked(q: str, actor: Any) -> Q:
    """Raises `NotUnderstood`. By what nobody shows them, such as a priority, customers do not narrow their list either."""
    if not actor.is_colleague:
        raise NotUnderstood(_("Queries are for colleagues; use “stage”."))
    asked = ask(q, actor)
    asked.must_be_clear()
    return asked.clause


@router.get("/cases/{number}", response=CaseOut | CaseForCustomer, operation_id="get_case")
def case(request: HttpRequest, number: int) -> CaseOut | CaseForCustomer:
    return as_read_by(request.user, find_case(request, number))


@router.get("/cases/{number}/messages", response=MessagePage, operation_id="list_messages")
def messages(request: HttpRequest, number: int, cursor: str | None = None, limit: int = 50) -> dict:
    rows = Message.objects.visible_to(request.user).of(find_case(request, number))
    rows = rows.select_related("author").prefetch_related("attachments")
    found = jsonapi.page(rows, cursor=cursor, limit=limit, by="pk")
    return page_as_read_by(request.user, found, MessageOut, MessageForCustomer)


@router.get("/cases/{number}/events", response=EventPage, operation_id="list_events")
def events(request: HttpRequest, number: int, cursor: str | None = None, limit: int = 50) -> dict:
    rows = Event.objects.visible_to(request.user).filter(case=find_case(request, number)).select_related("by")
    found = jsonapi.page(rows, cursor=cursor, limit=limit, by="seq")
    return page_as_read_by(request.user, found, EventOut, EventForCustomer)
