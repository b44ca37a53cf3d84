"""Cases and messages that belong together, or apart: merge, move, split, link, each with its way back."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Schema, Status

from tandem.cases import bulk
from tandem.cases.api.reading import find_case, router
from tandem.cases.models import Case, Link, Merge, Message, Move
from tandem.cases.models.link import LONGEST, LinkKind
from tandem.cases.models.move import NobodyToReport
from tandem.customers.models import Contact
from tandem.kit.mailbox import is_address
from tandem.people.models import User
from tandem.people.roles import Can


class Undone(Schema):
    can_be_undone: bool
    undone_at: datetime | None


class MergeIn(Schema):
    into: int


class MergeOut(Undone):
    id: int
    case: int = Field(alias="case.number")
    target: int = Field(alias="target.number")
    merged_by: str = Field(alias="merged_by.name")
    merged_at: datetime


class MergesIn(Schema):
    into: int
    cases: list[int] = Field(min_length=1, max_length=100)


class MergeUndosIn(Schema):
    merges: list[int] = Field(min_length=1, max_length=100)


class MergeOutcome(Schema):
    """What became of one of many: its merge, or the sentence that refused it."""

    case: int
    merge: int | None
    refused: str


class MoveIn(Schema):
    to: int
    messages: list[int] = Field(min_length=1, max_length=1000)


class SplitIn(Schema):
    title: str = Field(min_length=1, max_length=200)
    messages: list[int] = Field(min_length=1, max_length=1000)
    email: str = ""


class MoveOut(Undone):
    id: int
    case: int = Field(alias="case.number")
    to: int = Field(alias="to.number")
    messages: list[int]
    has_opened: bool
    moved_by: str = Field(alias="moved_by.name")
    moved_at: datetime

    @staticmethod
    def resolve_messages(move: Move) -> list[int]:
        return [message.pk for message in move.messages.all()]


class LinkIn(Schema):
    other: int
    kind: LinkKind = LinkKind.RELATED
    why: str = Field("", max_length=LONGEST)


class LinkOut(Schema):
    id: int
    case: int = Field(alias="case.number")
    other: int = Field(alias="other.number")
    kind: str
    why: str
    linked_by: str = Field(alias="linked_by.name")
    linked_at: datetime


@router.get("/cases/{number}/merges", response=list[MergeOut], operation_id="list_merges")
def merges(request: HttpRequest, number: int) -> QuerySet[Merge]:
    """All this case had or has a part in, the newest first."""
    return _merges_of(find_case(request, number, needs=Can.WORK))


@router.post("/cases/{number}/merges", response={201: MergeOut}, operation_id="merge_case")
def merge(request: HttpRequest, number: int, told: MergeIn) -> Status:
    case = find_case(request, number, needs=Can.STEER)
    return Status(201, case.merges.join_to(find_case(request, told.into), by=request.user))


@router.delete("/cases/{number}/merges/{id}", response={204: None}, operation_id="undo_merge")
def undo_merge(request: HttpRequest, number: int, id: int) -> Status:
    case = find_case(request, number, needs=Can.STEER)
    get_object_or_404(_merges_of(case), pk=id).undo(by=request.user)
    return Status(204, None)


def _merges_of(case: Case) -> QuerySet[Merge]:
    read_here = Case.objects.read_on(case)
    rows = Merge.objects.filter(Q(case=case) | Q(target__in=read_here)).distinct()
    return rows.select_related("case", "target", "merged_by")


@router.post("/merges", response=list[MergeOutcome], operation_id="merge_cases")
def merge_many(request: HttpRequest, told: MergesIn) -> list[dict]:
    """Each by itself: one that is refused stops no other."""
    into = find_case(request, told.into, needs=Can.STEER)
    found = {case.number: case for case in Case.objects.visible_to(request.user).filter(number__in=told.cases)}
    done = bulk.merge([found[number] for number in told.cases if number in found], into=into, by=request.user)
    nothing = _("There is nothing here that you may see.")
    missing = [{"case": number, "merge": None, "refused": nothing} for number in told.cases if number not in found]
    return [*map(_said, done), *missing]


@router.post("/merges/undo", response=list[MergeOutcome], operation_id="undo_merges")
def undo_many(request: HttpRequest, told: MergeUndosIn) -> list[dict]:
    request.user.must_be_able_to(Can.STEER)
    return list(map(_said, bulk.unmerge(told.merges, by=request.user)))


def _said(one: bulk.Outcome) -> dict:
    return {"case": one.case.number, "merge": one.merge and one.merge.pk, "refused": one.refused}


@router.get("/cases/{number}/moves", response=list[MoveOut], operation_id="list_moves")
def moves(request: HttpRequest, number: int) -> QuerySet[Move]:
    """Messages that went from this case or came to it, the newest first."""
    case = find_case(request, number, needs=Can.WORK)
    return Move.objects.visible_to(request.user).between(case).prefetch_related("messages")


@router.post("/cases/{number}/moves", response={201: MoveOut}, operation_id="move_messages")
def move(request: HttpRequest, number: int, told: MoveIn) -> Status:
    case = find_case(request, number, needs=Can.STEER)
    to = find_case(request, told.to)
    return Status(201, case.moves.move(_named(told.messages), to=to, by=request.user))


@router.post("/cases/{number}/splits", response={201: MoveOut}, operation_id="split_case")
def split(request: HttpRequest, number: int, told: SplitIn) -> Status:
    """A new case with these messages, `to` in the answer; for who wrote them, or for who has that address."""
    case = find_case(request, number, needs=Can.STEER)
    reporter = _reporter(told.email.strip().lower())
    made = case.moves.split(_named(told.messages), title=told.title, reporter=reporter, by=request.user)
    return Status(201, made)


def _reporter(email: str) -> User | None:
    if not email:
        return None
    if not is_address(email) or User.objects.of_the_house().filter(email=email).exists():
        raise NobodyToReport
    return Contact.objects.meet(email).user


@router.delete("/cases/{number}/moves/{id}", response={204: None}, operation_id="undo_move")
def undo_move(request: HttpRequest, number: int, id: int) -> Status:
    case = find_case(request, number, needs=Can.STEER)
    get_object_or_404(Move.objects.between(case), pk=id).undo(by=request.user)
    return Status(204, None)


def _named(keys: list[int]) -> list[Message]:
    return [Message(pk=key) for key in keys]


@router.get("/cases/{number}/links", response=list[LinkOut], operation_id="list_links")
def links(request: HttpRequest, number: int) -> QuerySet[Link]:
    case = find_case(request, number, needs=Can.WORK)
    return Link.objects.visible_to(request.user).standing().of(case)


@router.post("/cases/{number}/links", response={201: LinkOut}, operation_id="link_cases")
def link(request: HttpRequest, number: int, told: LinkIn) -> Status:
    case = find_case(request, number, needs=Can.STEER)
    other = find_case(request, told.other)
    return Status(201, case.links.link_to(other, kind=told.kind, why=told.why, by=request.user))


@router.delete("/cases/{number}/links/{id}", response={204: None}, operation_id="remove_link")
def remove_link(request: HttpRequest, number: int, id: int) -> Status:
    case = find_case(request, number, needs=Can.STEER)
    get_object_or_404(Link.objects.of(case), pk=id).remove(by=request.user)
    return Status(204, None)
