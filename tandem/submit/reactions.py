"""What submit does when a mail has landed, and what it says of one in the conversation: how it came in, and why here."""

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy

from tandem.cases.ledger import on
from tandem.cases.models import Case, Channel, Event
from tandem.cases.sentences import say
from tandem.communicate import beneath
from tandem.communicate.models import Kind
from tandem.submit import receipts
from tandem.submit.models import Submission

say("receipt.left_out", gettext_lazy("No receipt was sent: {why}"))


@on("submission.landed")
@transaction.atomic  # only what is sent is counted
def confirm_receipt(event: Event) -> None:
    """Whoever opened a case by a mail hears that it arrived; or the case says why they do not. Once, however often heard."""
    if not event.facts.get("opened") or _is_settled(event.case):
        return
    submission = Submission.objects.select_related("message__author__contact").get(pk=event.facts["submission"])
    if why := receipts.why_none(submission, to=event.case.reporter.email):
        event.case.record("receipt.left_out", why=why)
    else:
        event.case.updates.confirm_receipt()


def _is_settled(case: Case) -> bool:
    receipts_sent = case.updates.filter(kind=Kind.RECEIPT)
    return receipts_sent.exists() or case.events.filter(verb="receipt.left_out").exists()


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
