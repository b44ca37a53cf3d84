from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from tandem.customers.models import Account, Contact
from tandem.kit import jsonapi
from tandem.people.roles import Can

router = Router(tags=["accounts"])

Tier = Literal["basic", "business", "enterprise"]


class AccountOut(Schema):
    """`slug` is its short name; whoever proves to write from one of its `domains` becomes its contact."""

    slug: str
    name: str
    tier: Tier
    domains: list[str]
    since: datetime = Field(alias="created_at")


class AccountPage(Schema):
    items: list[AccountOut]
    next: str | None


class AccountIn(Schema):
    name: str
    tier: Tier


class DomainsIn(Schema):
    domains: list[str]


class AccountContactOut(Schema):
    """`no_mail_since` is when mail to them was given up."""

    id: int
    email: str
    name: str
    no_mail_since: datetime | None

    @staticmethod
    def resolve_email(contact: Contact) -> str:
        return contact.user.email

    @staticmethod
    def resolve_name(contact: Contact) -> str:
        return contact.user.name


class AccountContactPage(Schema):
    items: list[AccountContactOut]
    next: str | None


class AccountContactIn(Schema):
    email: str
    name: str = ""


@router.get("/accounts", response=AccountPage, operation_id="list_accounts")
def accounts(request: HttpRequest, q: str = "", cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Customers; `q` is a part of a name, or a mail domain."""
    rows = _accounts(request).named_like(q)
    return jsonapi.page(rows, cursor=cursor, limit=limit, by="pk")


@router.post("/accounts", response={201: AccountOut}, operation_id="make_account")
def make(request: HttpRequest, told: AccountIn) -> Status[Account]:
    return Status(201, Account.objects.make(told.name, tier=told.tier, by=request.user))  # type: ignore[arg-type]


@router.get("/accounts/{slug}", response=AccountOut, operation_id="get_account")
def account(request: HttpRequest, slug: str) -> Account:
    return _account(request, slug)


@router.put("/accounts/{slug}", response={204: None}, operation_id="change_account")
def change(request: HttpRequest, slug: str, told: AccountIn) -> Status[None]:
    """Its name and tier; its short name stays."""
    _account(request, slug).change(name=told.name, tier=told.tier, by=request.user)  # type: ignore[arg-type]
    return Status(204, None)


@router.put("/accounts/{slug}/domains", response={204: None}, operation_id="trust_domains")
def trust(request: HttpRequest, slug: str, told: DomainsIn) -> Status[None]:
    """Instead of those it had. Administrators only."""
    _account(request, slug).trust(told.domains, by=request.user)  # type: ignore[arg-type]
    return Status(204, None)


@router.get("/accounts/{slug}/contacts", response=AccountContactPage, operation_id="list_account_contacts")
def contacts(request: HttpRequest, slug: str, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    rows = _account(request, slug).contacts.visible_to(request.user).select_related("user")
    return jsonapi.page(rows, cursor=cursor, limit=limit, by="pk")


@router.post("/accounts/{slug}/contacts", response={201: AccountContactOut}, operation_id="take_contact_in")
def take_in(request: HttpRequest, slug: str, told: AccountContactIn) -> Status[Contact]:
    """What they report from now on is this customer's; what they reported before stays as it is."""
    contact = _account(request, slug).contacts.take_in(told.email, name=told.name, by=request.user)  # type: ignore[arg-type]
    return Status(201, contact)


@router.delete("/accounts/{slug}/contacts/{id}", response={204: None}, operation_id="let_contact_leave")
def leave(request: HttpRequest, slug: str, id: int) -> Status[None]:
    contact = get_object_or_404(_account(request, slug).contacts.visible_to(request.user), pk=id)
    contact.leave(by=request.user)  # type: ignore[arg-type]
    return Status(204, None)


def _accounts(request: HttpRequest) -> Any:
    user: Any = request.user
    user.must_be_able_to(Can.WORK)
    return Account.objects.visible_to(user)


def _account(request: HttpRequest, slug: str) -> Account:
    found: Account = get_object_or_404(_accounts(request), slug=slug)
    return found
