from typing import Any

from tandem.cases.ledger import on
from tandem.cases.models import Message


@on("message.received", "message.vouched")
def read_the_customers_answer(event: Any) -> None:
    message = Message.objects.select_related("author__contact", "stands_on").get(pk=event.facts["message"])
    message.stands_on.resolutions.hear(message, is_known=message.verified or event.verb == "message.vouched")
