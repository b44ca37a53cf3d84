"""What triage does when it hears of something."""

from tandem.cases.ledger import on
from tandem.cases.models import Event
from tandem.communicate.models import Kind
from tandem.people.roles import Can
from tandem.triage.models import Part


@on("update.sent")
def who_acknowledges_keeps_the_promise(event: Event) -> None:
    """The first answer makes its writer the customer owner, unless there is one."""
    acknowledged = event.facts.get("kind") == Kind.ACKNOWLEDGMENT
    if acknowledged and event.by and event.by.may(Can.SPEAK) and event.case.customer_owner_id is None:
        event.case.assignments.give(Part.CUSTOMER, to=event.by, by=event.by)
