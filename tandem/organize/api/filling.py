from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field as Described
from ninja import Schema, Status

from tandem.cases.api import find_case
from tandem.organize.api.reading import router
from tandem.organize.models import Field, FieldValue
from tandem.people.roles import Can


class FieldIn(Schema):
    label: str = Described(max_length=80)
    kind: Literal["text", "number", "date", "choice", "several", "person", "yes_no", "link"]
    hint: str = Described("", max_length=200)
    choices: list[str] = []
    realm: str = Described("", max_length=40)
    applies_if: str = Described("", max_length=500)
    required_before: str = Described("", max_length=16)
    audience: Literal["support", "customer"] = "support"


class FieldOut(FieldIn):
    key: str
    version: int
    written_at: datetime


class ValueOut(Schema):
    """`value` is plain JSON; `text` is how it reads, `version` that of the field under which it was said."""

    key: str
    label: str = Described(alias="field.label")
    value: Any
    text: str
    version: int = Described(alias="field.version")
    set_by: str = Described(alias="set_by.name")
    set_at: datetime
    replaced_at: datetime | None

    @staticmethod
    def resolve_text(row: FieldValue) -> str:
        return str(row)


class ValuesIn(Schema):
    """By the keys of the fields; nothing (null, "" or []) empties a field."""

    values: dict[str, Any]


@router.get("/fields", response=list[FieldOut], operation_id="list_fields")
def fields(request: HttpRequest) -> list[Field]:
    request.user.must_be_able_to(Can.WORK)
    return list(Field.objects.visible_to(request.user).standing()[:200])


@router.put("/fields/{key}", response=FieldOut, operation_id="write_field")
def write(request: HttpRequest, key: str, told: FieldIn) -> Field:
    """A new field, or a new version of it; what was said under an earlier one stays as it was read."""
    return Field.objects.write(key, by=request.user, **told.dict())


@router.delete("/fields/{key}", response={204: None}, operation_id="retire_field")
def retire(request: HttpRequest, key: str) -> Status[None]:
    request.user.must_be_able_to(Can.ARRANGE)
    get_object_or_404(Field.objects.standing(), key=key).retire(by=request.user)
    return Status(204, None)


@router.get("/cases/{number}/fields", response=list[ValueOut], operation_id="list_field_values")
def values(request: HttpRequest, number: int, history: bool = False) -> list[FieldValue]:
    """What the fields of the case say; with `history` what they said before, too."""
    case = find_case(request, number, needs=Can.WORK)
    rows = FieldValue.objects.visible_to(request.user).filter(case=case).select_related("field", "set_by")
    return list((rows if history else rows.standing())[:200])


@router.patch("/cases/{number}/fields", response=list[ValueOut], operation_id="fill_in_fields")
def fill_in(request: HttpRequest, number: int, told: ValuesIn) -> list[FieldValue]:
    """Only those named; answers with what changed."""
    case = find_case(request, number, needs=Can.WORK)
    return case.field_values.fill_in(told.values, by=request.user)
