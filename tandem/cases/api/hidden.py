from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Field, Schema, Status

from tandem.cases.api.reading import find_case, router
from tandem.cases.models import Case, Erasure, Secret
from tandem.cases.models.secret import SecretQuerySet
from tandem.kit.sending import send_pieces
from tandem.people.roles import Can


class SecretOut(Schema):
    """Never the secret itself: that is shown by a disclosure, for a reason. `kinds` says what was found in a file."""

    id: int
    kind: str
    kinds: dict[str, int]
    file: UUID | None
    message: int | None = Field(alias="message_id")
    hidden_at: datetime
    is_erased: bool

    @staticmethod
    def resolve_file(secret: Secret) -> UUID | None:
        return secret.attachment.key if secret.attachment else None


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
    is_finished: bool
    erased_at: datetime


@router.get("/cases/{number}/secrets", response=list[SecretOut], operation_id="list_secrets")
def secrets(request: HttpRequest, number: int) -> list[Secret]:
    case = find_case(request, number)
    return list(Secret.objects.visible_to(request.user).filter(case=case).select_related("attachment")[:100])


@router.post("/secrets/{pk}/disclosures", response={201: DisclosureOut}, operation_id="show_secret")
def show(request: HttpRequest, pk: int, told: DisclosureIn) -> Status:
    request.user.must_be_able_to(Can.WORK)
    request.answer_is_secret = True  # type: ignore[attr-defined]
    secret = get_object_or_404(_secrets(request), pk=pk)
    return Status(201, {"value": secret.show(to=request.user, why=told.why)})


@router.post("/secrets/{pk}/file", response={201: bytes}, operation_id="show_secret_file")
def show_file(request: HttpRequest, pk: int, told: DisclosureIn) -> HttpResponseBase:
    """A file as it came, byte by byte."""
    request.user.must_be_able_to(Can.WORK)
    request.answer_is_secret = True  # type: ignore[attr-defined]
    secret = get_object_or_404(_secrets(request).of_files().select_related("attachment"), pk=pk)
    try:
        response = send_pieces(secret.show_file(to=request.user, why=told.why), name=secret.attachment.name)
    except FileNotFoundError:
        raise Http404 from None
    response.status_code = 201
    return response


@router.delete("/secrets/{pk}/file", response={204: None}, operation_id="uncover_secret_file")
def uncover(request: HttpRequest, pk: int) -> Status:
    """Nothing in it is a secret: the file is given as it came."""
    get_object_or_404(_secrets(request), pk=pk).uncover(by=request.user)
    return Status(204, None)


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
