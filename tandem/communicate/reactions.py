from django.db import transaction

from tandem.cases.audience import Audience
from tandem.cases.ledger import on
from tandem.cases.models import Ball, Case, Event, Message
from tandem.communicate.models import Delivery, Reference


@on("case.entered_close")
def owe_no_word_any_more(event: Event) -> None:
    event.case.promises.withdraw()


@on("case.merged")
def owe_the_word_where_it_is_read(event: Event) -> None:
    """Whoever was promised to hear from us hears from us, on the case theirs is read on."""
    with transaction.atomic():
        if target := event.case.merged_into:
            target.promises.take_over(event.case)
        event.case.promises.withdraw()


@on("case.unmerged")
def owe_it_on_both_again(event: Event) -> None:
    event.case.promises.take_over(Case.objects.get(number=event.facts["out_of"]))


@on("message.received", "message.set_aside")
def take_the_ball(event: Event) -> None:
    """The customer spoke after we asked, or somebody in their place: either way it is ours to look."""
    with transaction.atomic():
        case = event.case.read_on.lock()
        if case.ball == Ball.CUSTOMER and case.ball_since <= event.at:
            case.pass_ball(Ball.SUPPORT, by=event.by, holder=case.customer_owner)


@on("message.came")
def take_the_ball_for_an_answer(event: Event) -> None:
    """What the customer wrote since we asked was on another case until now."""
    with transaction.atomic():
        case = event.case.lock()
        came = Message.objects.of(case).from_customer().filter(pk__in=event.facts["messages"])
        if case.ball == Ball.CUSTOMER and came.filter(created_at__gte=case.ball_since).exists():
            case.pass_ball(Ball.SUPPORT, by=event.by, holder=case.customer_owner)


@on("message.received", "message.vouched")
def pass_it_on(event: Event) -> None:
    """What one of the customer's side says, the others hear, as people expect of Cc; if we know that they said it."""
    message = Message.objects.select_related("stands_on__merged_into").get(pk=event.facts["message"])
    if message.audience != Audience.CUSTOMER or not (message.verified or event.verb == "message.vouched"):
        return
    mail = Reference.objects.filter(message=message).first()
    Delivery.objects.relay(message, also_got=mail.also_got if mail else [])


@on("participant.mail_tried_again")
def send_again_what_did_not_arrive(event: Event) -> None:
    """The last of it; what came before is on the page, and no flood for an address that works again."""
    with transaction.atomic():
        lost = Delivery.objects.undelivered().filter(participant=event.facts["participant"])
        if delivery := lost.select_for_update(of=("self",)).order_by("-pk").first():
            delivery.send_again()
