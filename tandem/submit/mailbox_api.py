"""The mailboxes we fetch, for programs of administrators. Secrets go in and never come out."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from tandem.people.roles import Can
from tandem.submit.models import Mailbox
from tandem.submit.models.mailbox import Afterwards, Auth, Security

router = Router(tags=["submit"])

ADDRESS = r"^[^@\s]+@[^@\s]+$"
URL = r"^(https?://\S+)?$"


class MailboxChange(Schema):
    """What is left out stays as it is."""

    name: str | None = Field(None, min_length=1, max_length=80)
    address: str | None = Field(None, max_length=320, pattern=ADDRESS)
    host: str | None = Field(None, max_length=253, pattern=r"^[\w.:-]+$")
    port: int | None = Field(None, ge=1, le=65535)
    security: Security | None = Field(None)
    username: str | None = Field(None, min_length=1, max_length=320)
    auth: Auth | None = Field(None)
    password: str | None = Field(None, max_length=2000)
    client_id: str | None = Field(None, max_length=255)
    client_secret: str | None = Field(None, max_length=2000)
    authorize_url: str | None = Field(None, max_length=500, pattern=URL)
    token_url: str | None = Field(None, max_length=500, pattern=URL)
    authserv_id: str | None = Field(None, max_length=253)
    folder: str | None = Field(None, min_length=1, max_length=255)
    afterwards: Afterwards | None = Field(None)
    move_to: str | None = Field(None, max_length=255)


class MailboxIn(MailboxChange):
    name: str = Field(min_length=1, max_length=80)
    address: str = Field(max_length=320, pattern=ADDRESS)
    host: str = Field(max_length=253, pattern=r"^[\w.:-]+$")
    username: str = Field(min_length=1, max_length=320)
    only_new: bool = False


class MailboxOut(Schema):
    """`state`: works, waiting, stopped, paused or removed; `error` is why it is not heard of."""

    id: int
    name: str
    address: str
    host: str
    port: int
    security: str
    username: str
    auth: str
    authserv_id: str
    folder: str
    afterwards: str
    move_to: str
    needs_consent: bool
    state: str
    heard_at: datetime | None
    error: str
    tried_at: datetime | None
    tried_said: str


@router.get("/mailboxes", response=list[MailboxOut], operation_id="list_mailboxes")
def mailboxes(request: HttpRequest) -> list[Mailbox]:
    return list(_seen(request).kept()[:500])


@router.post("/mailboxes", response={201: MailboxOut}, operation_id="set_up_mailbox")
def set_up(request: HttpRequest, told: MailboxIn) -> Status[Mailbox]:
    _seen(request)
    return Status(201, Mailbox.objects.set_up(by=request.user, **_plain(told)))


@router.patch("/mailboxes/{pk}", response=MailboxOut, operation_id="change_mailbox")
def change(request: HttpRequest, pk: int, told: MailboxChange) -> Mailbox:
    mailbox = _find(request, pk)
    mailbox.change(by=request.user, **_plain(told))
    return mailbox


@router.post("/mailboxes/{pk}/trial", response={202: None}, operation_id="try_mailbox")
def try_out(request: HttpRequest, pk: int) -> Status[None]:
    """A worker comes in once; `tried_said` is how it went."""
    _find(request, pk).try_out()
    return Status(202, None)


@router.post("/mailboxes/{pk}/pause", response={204: None}, operation_id="pause_mailbox")
def pause(request: HttpRequest, pk: int) -> Status[None]:
    _find(request, pk).pause(by=request.user)
    return Status(204, None)


@router.post("/mailboxes/{pk}/resumption", response={204: None}, operation_id="resume_mailbox")
def resume(request: HttpRequest, pk: int) -> Status[None]:
    _find(request, pk).resume(by=request.user)
    return Status(204, None)


def _plain(told: Schema) -> dict[str, Any]:
    said = {name: value for name, value in told.dict(exclude_unset=True).items() if value is not None}
    return {name: value.replace("\x00", "") if isinstance(value, str) else value for name, value in said.items()}


def _seen(request: Any) -> Any:
    request.user.must_be_able_to(Can.ADMINISTER)
    return Mailbox.objects.visible_to(request.user)


def _find(request: HttpRequest, pk: int) -> Mailbox:
    return get_object_or_404(_seen(request).kept(), pk=pk)
