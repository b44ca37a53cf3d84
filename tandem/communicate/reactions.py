from django.db import transaction

from tandem.cases.ledger import on
from tandem.cases.models import Ball, Event


@on("case.entered_close", "case.merged")
def owe_no_word_any_more(event: Event) -> None:
    event.case.promises.withdraw()


@on("message.received")
def take_the_ball(event: Event) -> None:
    """The customer spoke after we asked, or somebody in their name: either way it is ours to look."""
    with transaction.atomic():
        case = (event.case.merged_into or event.case).lock()
        if case.ball == Ball.CUSTOMER and case.ball_since <= event.at:
            case.pass_ball(Ball.SUPPORT, by=event.by, holder=case.customer_owner)
