from typing import Any

from tandem.cases.ledger import on
from tandem.cases.models import Message


@on("message.received")
def read_the_customers_answer(event: Any) -> None:
    event.case.resolutions.hear(Message.objects.select_related("author__contact").get(pk=event.facts["message"]))
