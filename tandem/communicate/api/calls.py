"""What was said by phone or chat."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime

from tandem.cases.api import find_case
from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.communicate.models import Call, Direction
from tandem.customers.models import Contact
from tandem.kit import jsonapi
from tandem.kit.errors import Invalid
from tandem.kit.mailbox import is_address
from tandem.people.models import User
from tandem.people.roles import Can

router = Router()


class CallIn(Schema):
    """`contact` is the address of a contact, who takes part from now on; or say only a `name`."""

    words: str = Field(min_length=1, max_length=50_000)
    direction: Direction
    contact: str = Field("", max_length=254)
    name: str = Field("", max_length=120)
    channel: Literal["phone", "chat"] = "phone"
    audience: Literal["customer", "support"] = "customer"
    began_at: AwareDatetime | None = None
    minutes: int | None = Field(None, ge=0, le=1440)
    link: str = Field("", max_length=500, pattern=r"^(https?://\S+)?$")
    promise_at: AwareDatetime | None = None


class CallOut(Schema):
    id: int
    message: int = Field(alias="message_id")
    words: str = Field(alias="message.body")
    channel: str = Field(alias="message.channel")
    audience: str = Field(alias="message.audience")
    name: str
    direction: str
    began_at: datetime
    minutes: int | None
    link: str


class CallPage(Schema):
    items: list[CallOut]
    next: str | None


class NoCustomer(Invalid):
    """A call is with somebody at the customer: an address that is no colleague’s."""


@router.get("/cases/{number}/calls", response=CallPage, operation_id="list_calls")
def calls(request: HttpRequest, number: int, cursor: str | None = None, limit: int = 50) -> dict:
    """What was said by phone or chat; for colleagues."""
    case = find_case(request, number, needs=Can.WORK)
    rows = Call.objects.visible_to(request.user).filter(case=case).select_related("message")
    return jsonapi.page(rows, cursor=cursor, limit=limit, by="pk")


@router.post("/cases/{number}/calls", response={201: CallOut}, operation_id="log_call")
def log(request: HttpRequest, number: int, told: CallIn) -> Status:
    speaks = told.audience == Audience.CUSTOMER or told.promise_at or told.contact
    case = find_case(request, number, needs=Can.SPEAK if speaks else Can.WORK)
    who = _contact(told.contact, told.name, case) if told.contact else None
    return Status(201, case.logged_calls.log(**told.dict(exclude={"contact"}), who=who, by=request.user))


def _contact(address: str, name: str, case: Case) -> Contact:
    if not is_address(address) or User.objects.of_the_house().filter(email=address.lower()).exists():
        raise NoCustomer
    return Contact.objects.meet(address, name=name, account=case.account)
