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
    """`component` by its slug; `environment` is an id, without it everywhere; `at`: now, unless told."""

    component: Annotated[str, Field(pattern=r"^[-\w]+$", max_length=80)]
    version: Annotated[str, Field(min_length=1, max_length=80)]
    before: Annotated[str, Field(max_length=80)] = ""
    environment: int | None = None
    at: AwareDatetime | None = None
    link: Annotated[HttpUrl, Field(max_length=500)] | None = None


class DeployOut(Schema):
    id: int
    component: str
    environment: int | None = Field(alias="environment_id")
    before: str
    version: str
    at: datetime
    link: str
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
    """A component runs in another version. Told again, it is the same deploy."""
    actor: Any = request.user
    actor.must_be_able_to(Can.WORK)
    component = get_object_or_404(Component.objects.visible_to(actor), slug=told.component)
    environment = (
        get_object_or_404(Environment.objects.visible_to(actor), pk=told.environment) if told.environment else None
    )
    deploy = component.deploys.tell(
        told.version, by=actor, before=told.before, environment=environment, at=told.at, link=str(told.link or "")
    )
    return Status(201, deploy)
