"""Collectors and what they found, as JSON."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Body, Field, Router, Schema, Status

from tandem.cases.api import find_case
from tandem.intake.models import Collection, Collector
from tandem.people.roles import Can

router = Router(tags=["intake"])

Key = Annotated[str, Field(pattern=r"^[\w-]{1,40}$")]
Pointer = Annotated[str, Field(pattern=r"^(/[^/]{0,200}){1,20}$")]


class CollectorIn(Schema):
    """`pointers`: by the key of a fact, the JSON pointer to it in the answer. A `secret` left out stays as it is."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    url: Annotated[str, Field(max_length=1000)]
    pointers: Annotated[dict[Key, Pointer], Field(min_length=1, max_length=30)]
    realms: Annotated[list[Annotated[str, Field(pattern=r"^[\w-]{1,40}$")]], Field(max_length=50)] = []
    secret: Annotated[str, Field(max_length=500)] | None = None
    seconds: Annotated[int, Field(ge=1, le=30)] = 10
    cache_seconds: Annotated[int, Field(ge=0, le=86_400)] = 300
    is_on: bool = True


class CollectorOut(Schema):
    id: int
    name: str
    url: str
    pointers: dict[str, str]
    realms: list[str]
    has_secret: bool
    seconds: int
    cache_seconds: int
    is_on: bool
    failures: int
    rests_until: datetime | None


class CollectionOut(Schema):
    id: int
    collector: int | None = Field(alias="collector_id")
    name: str
    state: str
    because: str
    asked_at: datetime
    ended_at: datetime | None
    took_ms: int | None
    found: dict[str, str]
    why: str
    digest: str


class CollectionsIn(Schema):
    """Ids of collectors; without them, all that are for this case."""

    collectors: Annotated[list[int], Field(max_length=100)] | None = None


@router.get("/collectors", response=list[CollectorOut], operation_id="list_collectors")
def list_collectors(request: HttpRequest) -> Any:
    return _collectors(request)


@router.post("/collectors", response={201: CollectorOut}, operation_id="create_collector")
def create_collector(request: HttpRequest, told: CollectorIn) -> Status[Collector]:
    return Status(201, Collector.objects.set_up(by=request.user, **told.dict()))


@router.put("/collectors/{id}", response=CollectorOut, operation_id="change_collector")
def change_collector(request: HttpRequest, id: int, told: CollectorIn) -> Collector:
    known = get_object_or_404(_collectors(request), pk=id)
    return Collector.objects.set_up(by=request.user, known=known, **told.dict())


@router.get("/cases/{number}/collections", response=list[CollectionOut], operation_id="list_collections")
def list_collections(request: HttpRequest, number: int) -> Any:
    """Who was asked about this case, newest first; at most a hundred."""
    case = find_case(request, number, needs=Can.WORK)
    return case.collections.visible_to(request.user).real().select_related("collector")[:100]


@router.post("/cases/{number}/collections", response={202: list[CollectionOut]}, operation_id="begin_collections")
def begin_collections(
    request: HttpRequest, number: int, told: Body[CollectionsIn | None] = None
) -> Status[list[Collection]]:
    """Ask again; a worker does, so look at the list a moment later. One that is being asked is left alone."""
    case = find_case(request, number, needs=Can.WORK)
    chosen = told.collectors if told else None
    only = None if chosen is None else Collector.objects.visible_to(request.user).on().filter(pk__in=chosen)
    return Status(202, case.collections.begin(by=request.user, only=only, anew=True))


def _collectors(request: HttpRequest) -> Any:
    actor: Any = request.user
    actor.must_be_able_to(Can.ADMINISTER)
    return Collector.objects.visible_to(actor)
