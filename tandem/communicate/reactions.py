from django.db import transaction

from tandem.cases.audience import Audience
from tandem.cases.ledger import on
from tandem.cases.models import Ball, Event, Message
from tandem.communicate.models import Delivery, Reference


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


@on("message.received")
def pass_it_on(event: Event) -> None:
    """What one of the customer's side says, the others hear, as people expect of Cc."""
    if event.audience != Audience.CUSTOMER:
        return
    message = Message.objects.select_related("case__merged_into").get(pk=event.facts["message"])
    mail = Reference.objects.filter(message=message).first()
    Delivery.objects.relay(message, also_got=mail.also_got if mail else [])
