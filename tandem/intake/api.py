"""Realms, facts and measuring, as JSON; beside them the other pages of this room."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Body, Field, Router, Schema, Status

from tandem.cases import recent
from tandem.cases.api import find_case
from tandem.cases.models import Case
from tandem.customers.models import Environment
from tandem.intake import collecting, looking, questioning, realms
from tandem.intake.models import Fact, Source
from tandem.people.roles import Can

router = Router(tags=["intake"])
router.add_router("", collecting.router)
router.add_router("", looking.router)

Text = Annotated[str, Field(min_length=1, max_length=500)]


class LineOut(Schema):
    key: str
    label: str
    ask: str
    kind: str
    measured_by: str
    choices: list[str]
    audience: str


class RealmOut(Schema):
    slug: str
    label: str
    about: str
    examples: list[str]
    lines: list[LineOut]


@router.get("/realms", response=list[RealmOut], operation_id="list_realms")
def list_realms(request: HttpRequest) -> list[dict[str, Any]]:
    """What there is to ask and to measure in each part of the product."""
    return [_realm(realm) for realm in realms.all()]


def _realm(realm: realms.Realm) -> dict[str, Any]:
    lines = [{**vars(line), "label": str(line.label), "ask": str(line.ask)} for line in realm.lines]
    said = {"label": str(realm.label), "about": str(realm.about), "examples": [str(e) for e in realm.examples]}
    return {**vars(realm), **said, "lines": lines}


class FactIn(Schema):
    key: Annotated[str, Field(pattern=r"^[\w-]{1,40}$")]
    value: Text
    source: Source = Source.TOLD
    label: Annotated[str, Field(max_length=80)] | None = None


class FactOut(Schema):
    key: str
    label: str
    value: str
    source: str
    audience: str
    noted_by: str | None
    noted_at: datetime
    superseded_at: datetime | None

    @staticmethod
    def resolve_noted_by(fact: Fact) -> str | None:
        return fact.noted_by.name if fact.noted_by else None


class RowOut(Schema):
    """Told beside measured; `sentence` says what is doubtful."""

    key: str
    label: str
    told: str
    measured: str
    differ: bool
    sentence: str
    confirmed: str
    confirmed_at: datetime | None
    audience: str


class TableOut(Schema):
    rows: list[RowOut]
    missing: list[str]


class MeasurementIn(Schema):
    """`environment`: the name of where it happens, if that is known only now."""

    environment: str | None = Field(None, pattern=r"^[^\x00]{1,80}$")


@router.get("/cases/{number}/facts", response=TableOut, operation_id="list_facts")
def list_facts(request: HttpRequest, number: int) -> dict[str, Any]:
    table = find_case(request, number, needs=Can.WORK).facts.table()
    return {"rows": table.rows, "missing": [line.key for line in table.missing]}


@router.get("/cases/{number}/facts/{key}/history", response=list[FactOut], operation_id="list_fact_history")
def fact_history(request: HttpRequest, number: int, key: str) -> Any:
    """All that was ever said of one fact, newest first; at most a hundred."""
    case = find_case(request, number, needs=Can.WORK)
    facts = Fact.objects.visible_to(request.user).of(case).filter(key=key).select_related("noted_by")
    return facts.order_by("-noted_at", "-pk")[:100]


class RecentCaseOut(Schema):
    number: int
    title: str
    stage: str
    realm: str
    opened_at: datetime


@router.get("/cases/{number}/recent-cases", response=list[RecentCaseOut], operation_id="list_recent_cases")
def recent_cases(request: HttpRequest, number: int) -> Any:
    """What else this customer reported lately, the same part of the product first; at most five."""
    return recent.cases(find_case(request, number, needs=Can.WORK), request.user)


@router.post("/cases/{number}/facts", response={201: FactOut}, operation_id="note_fact")
def note_fact(request: HttpRequest, number: int, fact: FactIn) -> Status[Fact]:
    case = find_case(request, number, needs=Can.WORK)
    return Status(201, case.facts.note(**fact.dict(), by=request.user))


@router.post("/cases/{number}/measurement", response=TableOut, operation_id="measure_facts")
def measure_facts(request: HttpRequest, number: int, told: Body[MeasurementIn | None] = None) -> dict[str, Any]:
    """Read again what the account and the environment say."""
    case = find_case(request, number, needs=Can.WORK)
    case.facts.measure(by=request.user, environment=_environment(request, case, told.environment) if told else None)
    return list_facts(request, number)


def _environment(request: HttpRequest, case: Case, name: str | None) -> Environment | None:
    if name is None:
        return None
    return get_object_or_404(Environment.objects.visible_to(request.user), account=case.account_id, name=name)


router.add_router("", questioning.router)
