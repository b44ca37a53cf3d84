from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from tandem.automate.acting import Done
from tandem.automate.forms import chosen, matching
from tandem.automate.models import MOST, Run, RunStep
from tandem.cases import acts
from tandem.cases.models import Case
from tandem.cases.query.language import LONGEST
from tandem.kit import jsonapi
from tandem.kit.errors import Invalid
from tandem.people.roles import Can

router = Router(tags=["automate"])


class WantedOut(Schema):
    name: str
    label: str
    required: bool
    choices: list[str]


class ActOut(Schema):
    """What may be done by name. `stays` says why it cannot be undone; `speaks`: the customer hears of it."""

    name: str
    label: str
    needs: str
    asks: list[WantedOut]
    stays: str
    speaks: bool


class DoingIn(Schema):
    """An act, and what it is done with in plain words: an address, a short name, a number."""

    act: str
    words: dict[str, Any] = Field(default_factory=dict, alias="with")

    def told(self) -> dict[str, Any]:
        return {"act": self.act, "with": self.words}


class RunIn(Schema):
    """On these cases by their numbers; or, instead, on all that match the query `q`: at most 500."""

    cases: list[int] = Field(default_factory=list, max_length=MOST)
    q: str = Field("", max_length=LONGEST)
    acts: list[DoingIn]

    def doings(self) -> list[dict[str, Any]]:
        return [doing.told() for doing in self.acts]


class StepOut(Schema):
    """What became of one act on one case; `why` it was refused, or why it stays when the rest was undone."""

    case: int = Field(alias="case.number")
    act: str
    says: str
    outcome: str
    why: str
    undone_at: datetime | None
    stays_because: str


class TriedOut(Schema):
    case: int
    act: str
    says: str
    outcome: str
    why: str


class RunOut(Schema):
    id: int
    kind: str
    title: str
    acts: list[dict]
    by: str = Field(alias="by.name")
    begun_at: datetime
    finished_at: datetime | None
    wanted: int
    worked: int
    can_be_undone: bool


class RunPage(Schema):
    items: list[RunOut]
    next: str | None


class StepPage(Schema):
    items: list[StepOut]
    next: str | None


@router.get("/acts", response=list[ActOut], operation_id="list_acts")
def known(request: HttpRequest) -> list[dict]:
    """What a run, a macro or a rule may do with a case."""
    request.user.must_be_able_to(Can.WORK)
    return [_told(act, request.user) for act in acts.ACTS.values()]


def _told(act: acts.Act, by: Any) -> dict[str, Any]:
    fields = act.form(by=by).fields
    return {
        "name": act.name,
        "label": str(act.label),
        "needs": act.needs.value,
        "asks": [_asked(name, field) for name, field in fields.items()],
        "stays": str(act.stays),
        "speaks": act.speaks,
    }


def _asked(name: str, field: forms.Field) -> dict[str, Any]:
    choices = [str(value) for value, _label in getattr(field, "choices", []) if value != ""]
    return {"name": name, "label": str(field.label or name), "required": field.required, "choices": choices}


@router.get("/runs", response=RunPage, operation_id="list_runs")
def runs(request: HttpRequest, cursor: str | None = None, limit: int = 50) -> dict:
    request.user.must_be_able_to(Can.WORK)
    return jsonapi.page(Run.objects.visible_to(request.user).select_related("by"), cursor=cursor, limit=limit)


@router.post("/runs", response={201: RunOut}, operation_id="do_run")
def do(request: HttpRequest, told: RunIn) -> Status[Run]:
    """Each case by itself: one that is refused stops no other. More than twenty are worked through in the background."""
    request.user.must_be_able_to(Can.WORK)
    return Status(201, Run.objects.do(_cases(request, told), told.doings(), by=request.user))


@router.post("/runs/preview", response=list[TriedOut], operation_id="preview_run")
def preview(request: HttpRequest, told: RunIn) -> list[dict]:
    """What would become of the first twenty, really tried; nothing of it stays."""
    request.user.must_be_able_to(Can.WORK)
    tried = Run.objects.preview(_cases(request, told), told.doings(), by=request.user)
    return [_became(case, one) for case, told_of in tried for one in told_of]


def _became(case: Case, one: Done) -> dict[str, Any]:
    return {"case": case.number, "act": one.act, "says": one.says, "outcome": one.outcome, "why": one.why}


def _cases(request: HttpRequest, told: RunIn) -> list[Case]:
    if told.q and told.cases:
        raise Invalid(_("Name the cases, or a query that finds them: not both."))
    if told.q:
        return matching(told.q, by=request.user)
    return chosen([str(number) for number in told.cases], by=request.user)


@router.get("/runs/{id}", response=RunOut, operation_id="get_run")
def run(request: HttpRequest, id: int) -> Run:
    return _run(request, id)


@router.get("/runs/{id}/steps", response=StepPage, operation_id="list_run_steps")
def steps(request: HttpRequest, id: int, cursor: str | None = None, limit: int = 50) -> dict:
    rows = RunStep.objects.filter(run=_run(request, id)).select_related("case")
    return jsonapi.page(rows, cursor=cursor, limit=limit, by="pk")


@router.post("/runs/{id}/undo", response=RunOut, operation_id="undo_run")
def undo(request: HttpRequest, id: int) -> Run:
    """The last first; what cannot be undone any more stays, and its step says why."""
    request.user.must_be_able_to(Can.WORK)
    undone = _run(request, id)
    undone.undo(by=request.user)
    return undone


def _run(request: HttpRequest, id: int) -> Run:
    run: Run = get_object_or_404(Run.objects.visible_to(request.user).select_related("by"), pk=id)
    return run
