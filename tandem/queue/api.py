from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from tandem.kit import jsonapi
from tandem.people.models import Team
from tandem.people.roles import Can
from tandem.queue import counts
from tandem.queue.models import Density, Grouping, Order, SavedView, Sharing

router = Router(tags=["queue"])


class SavedViewIn(Schema):
    """`team` is the short name of the team it is shared with, where it is shared with one."""

    name: str = Field(max_length=60)
    text: str = Field(max_length=500)
    shared: Sharing = Sharing.NOBODY
    team: str | None = None
    pinned: bool = True
    position: int = Field(0, ge=0, le=999)
    columns: list[str] = Field(default_factory=list, max_length=40)
    order: Order | None = None
    grouping: Grouping | None = None
    density: Density = Density.COMFORTABLE


class SavedViewOut(Schema):
    id: int
    name: str
    text: str
    owner: str
    shared: str
    team: str | None
    pinned: bool
    position: int
    columns: list[str]
    order: str
    grouping: str
    density: str
    changed_at: datetime

    @staticmethod
    def resolve_owner(view: SavedView) -> str:
        return view.owner.email

    @staticmethod
    def resolve_team(view: SavedView) -> str | None:
        return view.team.slug if view.team else None


class SavedViewPage(Schema):
    items: list[SavedViewOut]
    next: str | None


class CountOut(Schema):
    """`at_least` says that there may be more: nobody counts past a hundred. Without `count` it takes too long to count."""

    count: int | None
    at_least: bool


@router.get("/views", response=SavedViewPage, operation_id="list_views")
def views(request: HttpRequest, cursor: str | None = None, limit: int = 50) -> dict:
    """Saved views: one's own, and those shared with one."""
    rows = SavedView.objects.visible_to(request.user).standing().select_related("owner", "team")
    return jsonapi.page(rows, cursor=cursor, limit=limit)


@router.post("/views", response={201: SavedViewOut}, operation_id="save_view")
def save(request: HttpRequest, told: SavedViewIn) -> Status:
    request.user.must_be_able_to(Can.WORK)
    return Status(201, SavedView.objects.save_as(**_view(told), by=request.user))


@router.put("/views/{pk}", response=SavedViewOut, operation_id="change_view")
def change(request: HttpRequest, pk: int, told: SavedViewIn) -> SavedView:
    view = _standing(request, pk)
    view.change(**_view(told), by=request.user)
    return view


@router.delete("/views/{pk}", response={204: None}, operation_id="delete_view")
def delete(request: HttpRequest, pk: int) -> Status:
    """It can be brought back."""
    _standing(request, pk).remove(by=request.user)
    return Status(204, None)


@router.post("/views/{pk}/return", response=SavedViewOut, operation_id="bring_view_back")
def bring_back(request: HttpRequest, pk: int) -> SavedView:
    rows = SavedView.objects.visible_to(request.user).exclude(removed_at=None).select_related("owner", "team")
    view = get_object_or_404(rows, pk=pk)
    view.bring_back(by=request.user)
    return view


@router.get("/views/{pk}/count", response=CountOut, operation_id="count_view")
def count(request: HttpRequest, pk: int) -> dict:
    """How many cases it has for whoever asks."""
    found = counts.of({pk: _standing(request, pk).text}, request.user).get(pk)
    return {"count": found, "at_least": found == counts.MOST}


def _view(told: SavedViewIn) -> dict:
    team = get_object_or_404(Team, slug=told.team) if told.team else None
    return {**told.dict(), "order": told.order or "", "grouping": told.grouping or "", "team": team}


def _standing(request: HttpRequest, pk: int) -> SavedView:
    rows = SavedView.objects.visible_to(request.user).standing().select_related("owner", "team")
    return get_object_or_404(rows, pk=pk)
