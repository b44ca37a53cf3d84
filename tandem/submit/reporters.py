"""For whom a program reports, and where it happens."""

from typing import Any

from django.http import HttpRequest

from tandem.customers.models import Contact, Environment
from tandem.kit.errors import Invalid
from tandem.kit.mailbox import is_address
from tandem.kit.text import one_line
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.submit.models import NotACustomer


class NoSuchEnvironment(Invalid):
    """The customer has no environment of this name."""


def reporter(actor: Any, contact: str | None) -> User:
    """Customers report for themselves, colleagues for the customer with this address. Raises `NotACustomer`."""
    if actor.is_customer:
        return actor
    actor.must_be_able_to(Can.WORK)
    if not contact or not is_address(contact) or User.objects.of_the_house().filter(email=contact.lower()).exists():
        raise NotACustomer
    return Contact.objects.meet(contact).user


def environment(reporter: User, name: str | None) -> Environment | None:
    """The customer's environment of this name. Raises `NoSuchEnvironment`."""
    if name is None:
        return None
    found = Environment.objects.visible_to(reporter).filter(name=name).first()
    if found is None:
        raise NoSuchEnvironment
    return found


def program_of(request: HttpRequest) -> dict[str, str]:
    """What the browser in front of them calls itself, to be understood by a worker."""
    return {"user_agent": one_line(request.headers.get("User-Agent", ""), most=300)}
