from typing import Any

from tandem.cases.ledger import on
from tandem.cases.models import Message


@on("message.received")
def read_the_customers_answer(event: Any) -> None:
    message = Message.objects.select_related("author__contact", "stands_on").get(pk=event.facts["message"])
    message.stands_on.resolutions.hear(message)
