from typing import Any

from django.utils.translation import gettext_lazy

from tandem.cases.ledger import on
from tandem.communicate.models import Direction

WHY = {
    "message.received": gettext_lazy("The customer wrote again."),
    "message.set_aside": gettext_lazy("Somebody we do not know wrote where only the customer should."),
    "call.logged": gettext_lazy("The customer called again."),
}


@on("message.received", "message.set_aside", "call.logged")
def reopen_when_the_customer_speaks_again(event: Any) -> None:
    if event.facts.get("direction") == Direction.OUT:
        return
    for closure in event.case.read_on.closures.standing().filter(closed_at__lt=event.at):
        closure.reopen(by=event.by, why=str(WHY[event.verb]))
