"""Deploys, as a pipeline tells them, as JSON."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime, HttpUrl

from tandem.customers.models import Environment
from tandem.people.roles import Can
from tandem.signals.models import Component, Deploy

router = Router()
MOST = 100


class DeployIn(Schema):
    """`component` by its slug; `environment` is an id, without it everywhere; `at`: now, unless told.

    `once`: your name for this deploy, such as the id of the run; told again under it, even late, it is the same deploy,
    and another version is refused (409).
    """

    component: Annotated[str, Field(pattern=r"^[-\w]+$", max_length=80)]
    version: Annotated[str, Field(min_length=1, max_length=80)]
    before: Annotated[str, Field(max_length=80)] = ""
    environment: int | None = None
    at: AwareDatetime | None = None
    link: Annotated[HttpUrl, Field(max_length=500)] | None = None
    once: Annotated[str, Field(max_length=200)] = ""


class DeployOut(Schema):
    id: int
    component: str
    environment: int | None = Field(alias="environment_id")
    before: str
    version: str
    at: datetime
    link: str
    once: str
    told_by: str

    @staticmethod
    def resolve_component(deploy: Deploy) -> str:
        return deploy.component.slug

    @staticmethod
    def resolve_told_by(deploy: Deploy) -> str:
        return deploy.told_by.name


@router.get("/deploys", response=list[DeployOut], operation_id="list_deploys")
def list_deploys(request: HttpRequest) -> Any:
    """Newest first, at most a hundred."""
    actor: Any = request.user
    actor.must_be_able_to(Can.WORK)
    return Deploy.objects.visible_to(actor).select_related("component", "told_by")[:MOST]


@router.post("/deploys", response={201: DeployOut}, operation_id="tell_deploy")
def tell_deploy(request: HttpRequest, told: DeployIn) -> Status[Deploy]:
    """A component runs in another version. Told again, it is the same deploy; for a repetition that may come late, say `once`."""
    actor: Any = request.user
    actor.must_be_able_to(Can.WORK)
    component = get_object_or_404(Component.objects.visible_to(actor), slug=told.component)
    environment = (
        get_object_or_404(Environment.objects.visible_to(actor), pk=told.environment) if told.environment else None
    )
    words = told.dict(include={"version", "before", "at", "once"})
    return Status(201, component.deploys.tell(by=actor, environment=environment, link=str(told.link or ""), **words))
