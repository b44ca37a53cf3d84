"""What submit does when a mail has landed, and what it says of one in the conversation: how it came in, and why here."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from tandem.cases.ledger import on
from tandem.cases.models import Channel, Event
from tandem.communicate import beneath
from tandem.submit.models import Submission


@on("submission.landed")
def confirm_receipt(event: Event) -> None:
    """Whoever opened a case by a mail hears that it arrived."""
    if event.facts.get("opened"):
        event.case.updates.confirm_receipt()


def how_it_came_in() -> Subquery:
    """For each message that came by mail, what its page shows of that; nothing for all others."""
    told = JSONObject(
        pk="pk",
        reason="reason",
        decision="decision",
        vouched_by="vouch__vouched_by__name",
        vouched_for="vouch__speaks_for__name",
        why="vouch__why",
    )
    rows = Submission.objects.filter(message=OuterRef("pk"), channel=Channel.MAIL)
    return Subquery(rows.values(told=told)[:1])


beneath.lay("origin", told=how_it_came_in, template="submit/submission/_origin.html")
