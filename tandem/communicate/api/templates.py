"""What is often written, and how it reads on a case."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from tandem.cases.api import find_case
from tandem.communicate.models import Template
from tandem.kit import jsonapi
from tandem.people.models import Team
from tandem.people.roles import Can

router = Router()


class ReplyTemplateIn(Schema):
    """`team`: the slug of the team it is for; none: everybody."""

    name: str = Field(min_length=1, max_length=80)
    body: str = Field(min_length=1, max_length=20_000)
    team: str | None = None


class ReplyTemplateOut(Schema):
    id: int
    name: str
    body: str
    team: str | None
    changed_at: datetime

    @staticmethod
    def resolve_team(template: Template) -> str | None:
        return template.team.slug if template.team else None


class ReplyTemplatePage(Schema):
    items: list[ReplyTemplateOut]
    next: str | None


class FilledOut(Schema):
    words: str


@router.get("/templates", response=ReplyTemplatePage, operation_id="list_templates")
def templates(request: HttpRequest, cursor: str | None = None, limit: int = 50) -> dict:
    request.user.must_be_able_to(Can.WORK)
    rows = Template.objects.visible_to(request.user).standing().select_related("team")
    return jsonapi.page(rows, cursor=cursor, limit=limit, by="pk")


@router.post("/templates", response={201: ReplyTemplateOut}, operation_id="write_template")
def write_template(request: HttpRequest, told: ReplyTemplateIn) -> Status:
    request.user.must_be_able_to(Can.SHAPE_WORDS)
    return Status(201, Template.objects.write(**_template(told), by=request.user))


@router.put("/templates/{pk}", response=ReplyTemplateOut, operation_id="change_template")
def change_template(request: HttpRequest, pk: int, told: ReplyTemplateIn) -> Template:
    request.user.must_be_able_to(Can.SHAPE_WORDS)
    template = _standing(request, pk)
    template.change(**_template(told), by=request.user)
    return template


@router.delete("/templates/{pk}", response={204: None}, operation_id="retire_template")
def retire_template(request: HttpRequest, pk: int) -> Status:
    request.user.must_be_able_to(Can.SHAPE_WORDS)
    _standing(request, pk).retire(by=request.user)
    return Status(204, None)


@router.get("/cases/{number}/templates/{pk}", response=FilledOut, operation_id="fill_template")
def fill(request: HttpRequest, number: int, pk: int) -> dict:
    """The words of a template for this case; nothing is sent."""
    case = find_case(request, number, needs=Can.WORK)
    return {"words": _standing(request, pk).for_case(case, by=request.user)}


def _template(told: ReplyTemplateIn) -> dict[str, Any]:
    team = get_object_or_404(Team, slug=told.team) if told.team else None
    return {"name": told.name, "body": told.body, "team": team}


def _standing(request: HttpRequest, pk: int) -> Template:
    return get_object_or_404(Template.objects.visible_to(request.user).standing(), pk=pk)
