"""Whose turn it is while we gather facts: the customer's when we ask, ours again when nothing more is asked of them."""

from typing import Any

from django.conf import settings
from django.db import transaction

from tandem.cases.models import Ball, Case
from tandem.kit import clock


def tell(case: Case, text: str, *, by: Any, kind: str, page: str) -> None:
    """Tell the customer, with a link to the page where they answer.

    An update keeps the standing promise; a time still to come is promised again, so that the clock does not vanish.
    """
    standing = case.promises.standing().filter(due_at__gt=clock.now()).first()
    case.updates.send(text, by=by, kind=kind, link=(page, None), promise_at=standing and standing.due_at)


def say_in_between(case: Case, text: str, *, by: Any) -> None:
    """Tell the customer something that changes nothing of what was promised, nor whose turn it is."""
    standing = case.promises.standing().filter(due_at__gt=clock.now()).first() if by else None
    case.updates.send(text, by=by, promise_at=standing and standing.due_at)


def language_of(person: Any) -> str:
    contact = getattr(person, "contact", None)
    return contact.language if contact else settings.LANGUAGE_CODE


@transaction.atomic
def take_over(target: Case, merged: Case, *, by: Any) -> None:
    """What is asked on a case that is merged is asked where it is read."""
    target.lock()
    if target.ball == Ball.SUPPORT and merged.ball == Ball.CUSTOMER and _asks(merged):
        target.pass_ball(Ball.CUSTOMER, by=by, holder=target.reporter)


@transaction.atomic
def give_back(case: Case, *, by: Any) -> None:
    """It is ours again, if they are asked nothing any more: here, or on what is read here."""
    case.lock()
    if case.ball == Ball.CUSTOMER and not any(map(_asks, [case, *case.merged_cases.all()])):
        case.pass_ball(Ball.SUPPORT, by=by, holder=case.customer_owner)


def _asks(case: Case) -> bool:
    return case.questions.of_customer().waiting().exists() or case.readbacks.waiting().exists()
