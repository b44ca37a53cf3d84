"""What submit says of a message in the conversation: how it came in, and why it landed here."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from tandem.cases.models import Channel
from tandem.communicate import beneath
from tandem.submit.models import Submission


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
