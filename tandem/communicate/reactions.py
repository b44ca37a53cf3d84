from tandem.cases.ledger import on
from tandem.cases.models import Ball, Event


@on("case.entered_close", "case.merged")
def owe_no_word_any_more(event: Event) -> None:
    event.case.promises.withdraw()


@on("message.received")
def take_the_ball(event: Event) -> None:
    """The customer spoke, and we know it was them: now it is our turn."""
    case = event.case
    if event.facts["verified"] and case.ball == Ball.CUSTOMER:
        case.pass_ball(Ball.SUPPORT, by=event.by, holder=case.customer_owner)
