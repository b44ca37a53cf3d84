"""Macros and rules: written, used, rehearsed, switched on and off; and all that is settled as one file."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Schema, Status

from tandem.automate.api.runs import DoingIn, RunOut, router
from tandem.automate.forms import chosen
from tandem.automate.models import MOST, Macro, Rehearsal, Rule, RuleVersion, Run
from tandem.communicate.portables import team_of
from tandem.kit import portable
from tandem.people.roles import Can


class MacroIn(Schema):
    """For a team by its short name, for everybody, or `mine`."""

    name: str
    acts: list[DoingIn]
    team: str = ""
    mine: bool = False
    because: str = ""

    def told(self) -> dict[str, Any]:
        team = team_of(self.team) if self.team else None
        return self.dict(exclude={"acts", "team"}) | {"acts": [doing.told() for doing in self.acts], "team": team}


class MacroOut(Schema):
    id: int
    name: str
    of_whom: str
    acts: list[dict]
    version: int


class MacroUseIn(Schema):
    cases: list[int] = Field(min_length=1, max_length=MOST)


class RuleIn(Schema):
    """`when` is a verb of the ledger, or a time that passes, as long as `span` says; `condition` is CEL."""

    name: str
    when: str
    span: str = ""
    condition: str = ""
    acts: list[DoingIn]
    place: int = Field(100, ge=0, le=9999)
    because: str = ""

    def told(self) -> dict[str, Any]:
        return self.dict(exclude={"acts"}) | {"acts": [doing.told() for doing in self.acts]}


class RuleOut(Schema):
    id: int
    name: str
    when: str
    span: str
    condition: str
    acts: list[dict]
    place: int
    version: int
    written: int = Field(
        alias="newest.number", description="The version written last; it waits where it is not the current."
    )
    is_on: bool
    paused_because: str


class RuleVersionOut(Schema):
    number: int
    name: str
    when: str
    span: str
    condition: str
    acts: list[dict]
    because: str
    changed_by: str = Field(alias="changed_by.name")
    changed_at: datetime


class SwitchIn(Schema):
    """`version`: the one you have read, and no other. One that nobody rehearsed is switched on only if you say `unrehearsed`."""

    on: bool
    version: int | None = None
    unrehearsed: bool = False


class RehearsalOut(Schema):
    """What a version would have done in thirty days: how often it would have looked, and where its condition held."""

    id: int
    version: int = Field(alias="version.number")
    begun_at: datetime
    finished_at: datetime | None
    wanted: int
    looked: int
    hits: int
    found: list[dict]


class SettingsIn(Schema):
    text: str = Field(max_length=portable.LONGEST)
    check: bool = True


@router.get("/macros", response=list[MacroOut], operation_id="list_macros")
def macros(request: HttpRequest) -> QuerySet[Macro]:
    request.user.must_be_able_to(Can.WORK)
    rows: QuerySet[Macro] = Macro.objects.offered_to(request.user).select_related("team")[:500]
    return rows


@router.post("/macros", response={201: MacroOut}, operation_id="write_macro")
def write_macro(request: HttpRequest, told: MacroIn) -> Status[Macro]:
    request.user.must_be_able_to(Can.WORK)
    return Status(201, Macro.objects.write(**told.told(), by=request.user))


@router.post("/macros/{id}/runs", response={201: RunOut}, operation_id="use_macro")
def use_macro(request: HttpRequest, id: int, told: MacroUseIn) -> Status[Run]:
    request.user.must_be_able_to(Can.WORK)
    macro = get_object_or_404(Macro.objects.offered_to(request.user), pk=id)
    cases = chosen([str(number) for number in told.cases], by=request.user)
    return Status(201, macro.use(cases, by=request.user))


@router.get("/rules", response=list[RuleOut], operation_id="list_rules")
def rules(request: HttpRequest) -> QuerySet[Rule]:
    request.user.must_be_able_to(Can.WORK)
    rows: QuerySet[Rule] = (
        Rule.objects.visible_to(request.user).standing().in_order().prefetch_related("versions")[:500]
    )
    return rows


@router.post("/rules", response={201: RuleOut}, operation_id="write_rule")
def write_rule(request: HttpRequest, told: RuleIn) -> Status[Rule]:
    """It is off until it is switched on."""
    return Status(201, Rule.objects.write(**told.told(), by=request.user))


@router.put("/rules/{id}", response=RuleOut, operation_id="change_rule")
def change_rule(request: HttpRequest, id: int, told: RuleIn) -> Rule:
    """A rule that is on goes on as it was; the new version waits to be rehearsed and switched to."""
    rule = _rule(request, id)
    rule.change(**told.told(), by=request.user)
    return rule


@router.post("/rules/{id}/switch", response=RuleOut, operation_id="switch_rule")
def switch_rule(request: HttpRequest, id: int, told: SwitchIn) -> Rule:
    """On as it was written last, also where it is on already."""
    rule = _rule(request, id)
    if told.on:
        rule.switch_on(by=request.user, version=told.version, unrehearsed=told.unrehearsed)
    else:
        rule.switch_off(by=request.user)
    return rule


@router.get("/rules/{id}/versions", response=list[RuleVersionOut], operation_id="list_rule_versions")
def versions(request: HttpRequest, id: int) -> QuerySet[RuleVersion]:
    """The newest first; nothing of a version is ever changed."""
    request.user.must_be_able_to(Can.WORK)
    rows: QuerySet[RuleVersion] = _rule(request, id).versions.select_related("changed_by")[:500]
    return rows


@router.post("/rules/{id}/versions/{number}/again", response=RuleOut, operation_id="use_rule_version_again")
def use_version_again(request: HttpRequest, id: int, number: int) -> Rule:
    """What a former version did is written once more, as a new one."""
    rule = _rule(request, id)
    get_object_or_404(rule.versions, number=number)
    rule.use_again(number, by=request.user)
    return rule


@router.post("/rules/{id}/rehearsals", response={201: RehearsalOut}, operation_id="rehearse_rule")
def rehearse_rule(request: HttpRequest, id: int) -> Status[Rehearsal]:
    """What it would have done in the last thirty days as it was written last; what is long goes on in the background."""
    request.user.must_be_able_to(Can.AUTOMATE)
    return Status(201, _rule(request, id).newest.rehearsals.begin(by=request.user))


@router.get("/rehearsals/{id}", response=RehearsalOut, operation_id="get_rehearsal")
def rehearsal(request: HttpRequest, id: int) -> Rehearsal:
    found: Rehearsal = get_object_or_404(Rehearsal.objects.visible_to(request.user).select_related("version"), pk=id)
    return found


def _rule(request: HttpRequest, id: int) -> Rule:
    rule: Rule = get_object_or_404(Rule.objects.visible_to(request.user).standing(), pk=id)
    return rule


@router.get("/settings", operation_id="export_settings")
def export_settings(request: HttpRequest) -> HttpResponse:
    """All that is settled, as one YAML file."""
    request.user.must_be_able_to(Can.ADMINISTER)
    return HttpResponse(portable.exported(), content_type="application/yaml; charset=utf-8")


@router.post("/settings", response=list[str], operation_id="import_settings")
def import_settings(request: HttpRequest, told: SettingsIn) -> list[str]:
    """What would change, in sentences; with `check` false it does."""
    request.user.must_be_able_to(Can.ADMINISTER)
    return (portable.check if told.check else portable.take)(told.text, by=request.user)
