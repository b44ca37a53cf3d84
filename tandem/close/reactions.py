from typing import Any

from django.utils.translation import gettext as _

from tandem.cases.ledger import on
from tandem.communicate.models import Direction


@on("message.received", "call.logged")
def reopen_when_the_customer_speaks_again(event: Any) -> None:
    if event.facts.get("direction") == Direction.OUT:
        return
    why = _("The customer called again.") if event.verb == "call.logged" else _("The customer wrote again.")
    case = event.case.read_on
    for closure in case.closures.standing().filter(closed_at__lt=event.at):
        closure.reopen(by=event.by, why=why)
