from typing import Any

from django.utils.translation import gettext as _

from tandem.cases.ledger import on


@on("message.received")
def reopen_when_the_customer_writes_again(event: Any) -> None:
    case = event.case.read_on
    for closure in case.closures.standing().filter(closed_at__lt=event.at):
        closure.reopen(by=event.by, why=_("The customer wrote again."))
