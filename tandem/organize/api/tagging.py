from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Schema, Status

from tandem.cases.api import find_case
from tandem.organize.api.reading import router
from tandem.organize.models import Tag, Tagging, TagMerge
from tandem.people.roles import Can

Kind = Literal["free", "area", "component", "cause"]


class TagIn(Schema):
    name: str
    kind: Kind = "free"


class TagOut(Schema):
    name: str
    kind: str
    made_by: str = Field(alias="made_by.name")
    made_at: datetime
    retired_at: datetime | None
    merged_into: str | None

    @staticmethod
    def resolve_merged_into(tag: Tag) -> str | None:
        return tag.merged_into.name if tag.merged_into else None


class TagMergeIn(Schema):
    into: str


class TagMergeOut(Schema):
    id: int
    tag: str = Field(alias="tag.name")
    into: str = Field(alias="into.name")
    merged_at: datetime


class TaggingIn(Schema):
    name: str


class TaggingOut(Schema):
    name: str
    kind: str
    tagged_by: str = Field(alias="tagged_by.name")
    tagged_at: datetime


@router.get("/tags", response=list[TagOut], operation_id="list_tags")
def tags(request: HttpRequest) -> list[Tag]:
    """All of them, the retired and merged ones too; at most 500."""
    request.user.must_be_able_to(Can.WORK)
    return list(Tag.objects.visible_to(request.user).select_related("made_by", "merged_into")[:500])


@router.post("/tags", response={201: TagOut}, operation_id="make_tag")
def make(request: HttpRequest, told: TagIn) -> Status[Tag]:
    return Status(201, Tag.objects.make(told.name, by=request.user, kind=told.kind))


@router.put("/tags/{name}", response={204: None}, operation_id="change_tag")
def change(request: HttpRequest, name: str, told: TagIn) -> Status[None]:
    _tag(request, name).change(by=request.user, name=told.name, kind=told.kind)
    return Status(204, None)


@router.delete("/tags/{name}", response={204: None}, operation_id="retire_tag")
def retire(request: HttpRequest, name: str) -> Status[None]:
    _tag(request, name).retire(by=request.user)
    return Status(204, None)


@router.post("/tags/{name}/merge", response={201: TagMergeOut}, operation_id="merge_tag")
def merge(request: HttpRequest, name: str, told: TagMergeIn) -> Status[TagMerge]:
    """Read as another from now on; undone by its id."""
    return Status(201, _tag(request, name).merge_into(_tag(request, told.into), by=request.user))


@router.delete("/tag-merges/{id}", response={204: None}, operation_id="undo_tag_merge")
def undo(request: HttpRequest, id: int) -> Status[None]:
    request.user.must_be_able_to(Can.ARRANGE)
    get_object_or_404(TagMerge, pk=id).undo(by=request.user)
    return Status(204, None)


@router.get("/cases/{number}/tags", response=list[TaggingOut], operation_id="list_tags_of_case")
def of_case(request: HttpRequest, number: int) -> list[Tagging]:
    case = find_case(request, number, needs=Can.WORK)
    rows = Tagging.objects.visible_to(request.user).standing().filter(case=case)
    return list(rows.named().select_related("tagged_by")[:100])


@router.post("/cases/{number}/tags", response={204: None}, operation_id="tag_case")
def put_on(request: HttpRequest, number: int, told: TaggingIn) -> Status[None]:
    find_case(request, number, needs=Can.WORK).taggings.put_on(told.name, by=request.user)
    return Status(204, None)


@router.delete("/cases/{number}/tags/{name}", response={204: None}, operation_id="untag_case")
def take_off(request: HttpRequest, number: int, name: str) -> Status[None]:
    find_case(request, number, needs=Can.WORK).taggings.take_off(name, by=request.user)
    return Status(204, None)


def _tag(request: Any, name: str) -> Tag:
    request.user.must_be_able_to(Can.WORK)
    return get_object_or_404(Tag.objects.visible_to(request.user).select_related("made_by", "merged_into"), name=name)
