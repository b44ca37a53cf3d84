from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Schema, Status

from tandem.cases.api.reading import find_case, router
from tandem.cases.models import Case, Erasure, Secret
from tandem.cases.models.secret import SecretQuerySet
from tandem.people.roles import Can


class SecretOut(Schema):
    """Never the secret itself: that is shown by a disclosure, for a reason."""

    id: int
    kind: str
    message: int | None = Field(alias="message_id")
    hidden_at: datetime
    is_erased: bool


class DisclosureIn(Schema):
    why: str = Field(max_length=300)


class DisclosureOut(Schema):
    value: str


class ErasureIn(Schema):
    """`text` as it stands, or `secret`, the id of one that is hidden."""

    text: str | None = Field(None, max_length=20_000)
    secret: int | None = None
    why: str = Field(max_length=300)


class ErasureOut(Schema):
    id: int
    what: str
    why: str
    rows: int
    erased_at: datetime


@router.get("/cases/{number}/secrets", response=list[SecretOut], operation_id="list_secrets")
def secrets(request: HttpRequest, number: int) -> list[Secret]:
    case = find_case(request, number)
    return list(Secret.objects.visible_to(request.user).filter(case=case)[:100])


@router.post("/secrets/{pk}/disclosures", response={201: DisclosureOut}, operation_id="show_secret")
def show(request: HttpRequest, pk: int, told: DisclosureIn) -> Status:
    request.user.must_be_able_to(Can.WORK)
    request.answer_is_secret = True  # type: ignore[attr-defined]
    secret = get_object_or_404(_secrets(request), pk=pk)
    return Status(201, {"value": secret.show(to=request.user, why=told.why)})


@router.post("/cases/{number}/erasures", response={201: ErasureOut}, operation_id="erase")
def erase(request: HttpRequest, number: int, told: ErasureIn) -> Status[Erasure]:
    case = find_case(request, number, needs=Can.STEER)
    if told.secret is None:
        return Status(201, case.erasures.erase(told.text or "", by=request.user, why=told.why))
    secret = get_object_or_404(_secrets(request).filter(case=case), pk=told.secret)
    return Status(201, case.erasures.erase_secret(secret, by=request.user, why=told.why))


@router.get("/cases/{number}/erasures", response=list[ErasureOut], operation_id="list_erasures")
def erasures(request: HttpRequest, number: int) -> list[Erasure]:
    case = find_case(request, number, needs=Can.WORK)
    return list(case.erasures.all()[:100])


def _secrets(request: HttpRequest) -> SecretQuerySet:
    return Secret.objects.visible_to(request.user).filter(case__in=Case.objects.visible_to(request.user))
