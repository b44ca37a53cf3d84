from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Router, Schema, Status
from pydantic import Field

from tandem.customers.models import Environment
from tandem.kit import jsonapi
from tandem.people.models import Team
from tandem.people.roles import Can
from tandem.signals import deploying, symptoms
from tandem.signals.models import Alert, Component, Dependency, Hook, Publishes, State
from tandem.signals.symptoms import SymptomCard

router = Router(tags=["signals"])
Slug = Annotated[str, Path(pattern=r"^[-\w]+$", max_length=80)]


class EffectOut(Schema):
    state: str
    sentence: str
    callers_say: str
    answer: str
    who_knows: str | None

    @staticmethod
    def resolve_who_knows(effect: Any) -> str | None:
        return effect.who_knows.name if effect.who_knows else None


class ComponentOut(Schema):
    slug: str
    name: str
    description: str
    state: str
    state_since: datetime
    because: str
    publishes: str
    effects: list[EffectOut]


class AlertOut(Schema):
    id: int
    name: str
    source: str
    component: str | None
    asks: str
    says: str
    starts_at: datetime
    ends_at: datetime | None
    heard_at: datetime

    @staticmethod
    def resolve_component(alert: Alert) -> str | None:
        return alert.component.slug if alert.component else None


class AlertPage(Schema):
    items: list[AlertOut]
    next: str | None


class SymptomOut(Schema):
    component: str
    state: str
    since: datetime
    until: datetime | None
    confirmed: bool
    because: str
    callers_say: str
    answer: str
    sentence: str
    who_knows: str | None
    accounts: list[str]


class ComponentIn(Schema):
    name: str = Field(min_length=1, max_length=80)
    description: str = Field("", max_length=200)
    position: int = Field(0, ge=0, le=32_767)
    match: dict[str, str] = {}
    publishes: Publishes = Publishes.AUTOMATIC


class DependencyIn(Schema):
    environment: int


class DependencyOut(Schema):
    id: int
    environment: int = Field(alias="environment_id")
    name: str
    account: str

    @staticmethod
    def resolve_name(dependency: Dependency) -> str:
        return dependency.environment.name

    @staticmethod
    def resolve_account(dependency: Dependency) -> str:
        return dependency.environment.account.name


class PinIn(Schema):
    state: State
    because: str = Field(min_length=1, max_length=300)


class EffectIn(Schema):
    sentence: str = Field(min_length=1, max_length=300)
    callers_say: str = Field("", max_length=300)
    answer: str = ""
    who_knows: str | None = Field(None, description="The slug of a team.")


class HookIn(Schema):
    name: str = Field(pattern=r"^[-\w]+$", max_length=80)


class HookOut(Schema):
    id: int
    name: str
    issued_at: datetime
    revoked_at: datetime | None


class HookIssued(HookOut):
    """The only answer that ever holds the secret."""

    secret: str


def _actor(request: HttpRequest) -> Any:
    return request.user


def find_component(request: HttpRequest, slug: str, *, needs: Can | None = None) -> Component:
    components = Component.objects.visible_to(request.user).prefetch_related("effects__who_knows")
    component = get_object_or_404(components, slug=slug)
    if needs:
        _actor(request).must_be_able_to(needs)
    return component


@router.get("/components", response=list[ComponentOut], operation_id="list_components")
def components(request: HttpRequest) -> Any:
    return Component.objects.visible_to(request.user).prefetch_related("effects__who_knows")


@router.get("/components/{slug}", response=ComponentOut, operation_id="get_component")
def component(request: HttpRequest, slug: str) -> Component:
    return find_component(request, slug)


@router.put("/components/{slug}", response=ComponentOut, operation_id="set_up_component")
def set_up(request: HttpRequest, slug: Slug, component: ComponentIn) -> Component:
    """Make the component of this slug, or change it."""
    _actor(request).must_be_able_to(Can.ADMINISTER)
    row = Component.objects.visible_to(request.user).filter(slug=slug).first() or Component(slug=slug)
    return row.set_up(**component.dict())


@router.get("/components/{slug}/dependencies", response=list[DependencyOut], operation_id="list_dependencies")
def dependencies(request: HttpRequest, slug: str) -> Any:
    return find_component(request, slug).dependents.select_related("environment__account")


@router.post("/components/{slug}/dependencies", response={201: DependencyOut}, operation_id="add_dependency")
def add_dependency(request: HttpRequest, slug: str, dependency: DependencyIn) -> Status:
    component = find_component(request, slug, needs=Can.WORK)
    environment = get_object_or_404(Environment.objects.visible_to(request.user), pk=dependency.environment)
    return Status(201, component.dependents.get_or_create(environment=environment)[0])


@router.delete("/components/{slug}/dependencies/{id}", response={204: None}, operation_id="remove_dependency")
def remove_dependency(request: HttpRequest, slug: str, id: int) -> Status:
    component = find_component(request, slug, needs=Can.WORK)
    get_object_or_404(component.dependents, pk=id).delete()
    return Status(204, None)


@router.put("/components/{slug}/pin", response={204: None}, operation_id="pin_component")
def pin(request: HttpRequest, slug: str, pin: PinIn) -> Status:
    find_component(request, slug, needs=Can.WORK).pins.put(pin.state, by=request.user, because=pin.because)
    return Status(204, None)


@router.delete("/components/{slug}/pin", response={204: None}, operation_id="unpin_component")
def unpin(request: HttpRequest, slug: str) -> Status:
    component = find_component(request, slug, needs=Can.WORK)
    get_object_or_404(component.pins.standing()).lift(by=request.user)
    return Status(204, None)


@router.put("/components/{slug}/effects/{state}", response=EffectOut, operation_id="word_effect")
def effect(request: HttpRequest, slug: str, state: State, effect: EffectIn) -> Any:
    component = find_component(request, slug, needs=Can.WORK)
    team = get_object_or_404(Team, slug=effect.who_knows) if effect.who_knows else None
    return component.effects.word(state, by=request.user, **effect.dict() | {"who_knows": team})


@router.get("/alerts", response=AlertPage, operation_id="list_alerts")
def alerts(request: HttpRequest, firing: bool = True, cursor: str | None = None, limit: int = 50) -> dict:
    rows = Alert.objects.visible_to(request.user).select_related("component")
    return jsonapi.page(rows.firing() if firing else rows, cursor=cursor, limit=limit)


@router.post("/alerts/{id}/end", response={204: None}, operation_id="end_alert")
def end_alert(request: HttpRequest, id: int) -> Status:
    alert = get_object_or_404(Alert.objects.visible_to(request.user), pk=id)
    _actor(request).must_be_able_to(Can.WORK)
    alert.end(by=request.user)
    return Status(204, None)


@router.get("/symptoms", response=list[SymptomOut], operation_id="list_symptoms")
def list_symptoms(request: HttpRequest) -> list[dict[str, Any]]:
    return [_symptom(card) for card in symptoms.newest()] if _actor(request).is_colleague else []


def _symptom(card: SymptomCard) -> dict[str, Any]:
    change, effect = card.change, card.effect
    return {
        "component": change.component.slug,
        "state": change.entered,
        "since": change.at,
        "until": change.until,
        "confirmed": change.is_confirmed,
        "because": change.because,
        "callers_say": effect.callers_say if effect else "",
        "answer": effect.answer if effect else "",
        "sentence": effect.sentence if effect else "",
        "who_knows": effect.who_knows.name if effect and effect.who_knows else None,
        "accounts": card.accounts,
    }


@router.get("/hooks", response=list[HookOut], operation_id="list_hooks")
def hooks(request: HttpRequest) -> Any:
    _actor(request).must_be_able_to(Can.ADMINISTER)
    return Hook.objects.visible_to(request.user)


@router.post("/hooks", response={201: HookIssued}, operation_id="create_hook")
def create_hook(request: HttpRequest, hook: HookIn) -> Status:
    _actor(request).must_be_able_to(Can.ADMINISTER)
    row, secret = Hook.objects.issue(name=hook.name, by=request.user)
    request.answer_is_secret = True  # type: ignore[attr-defined]
    return Status(201, {**HookOut.from_orm(row).dict(), "secret": secret})


@router.delete("/hooks/{id}", response={204: None}, operation_id="revoke_hook")
def revoke_hook(request: HttpRequest, id: int) -> Status:
    _actor(request).must_be_able_to(Can.ADMINISTER)
    get_object_or_404(Hook.objects.visible_to(request.user).standing(), pk=id).revoke()
    return Status(204, None)


router.add_router("", deploying.router)
