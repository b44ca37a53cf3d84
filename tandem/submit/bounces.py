"""Mail of ours that came back (RFC 3464)."""

from tandem.cases.models import Participant
from tandem.communicate.models import Delivery, State
from tandem.customers.models import Contact
from tandem.kit import clock
from tandem.submit.parsing import DeliveryReport, Parsed


def mark(mail: Parsed, *, holder: Participant | None) -> list[int]:
    """Mark what did not arrive; which deliveries, by id. A report that proves to know no mail of ours marks nothing."""
    failed = [report for report in mail.delivery_reports if report.action == "failed"]
    return [pk for report in failed if (pk := _mark(report, holder))]


def _mark(report: DeliveryReport, holder: Participant | None) -> int | None:
    delivery = _delivery(report, holder)
    if delivery is None or delivery.state == State.BOUNCED:
        return None
    delivery.bounce(report.diagnosis or report.status)
    if report.status.startswith("5"):
        Contact.objects.filter(user=delivery.participant.user_id).update(bounced_at=clock.now())
    return delivery.pk


def _delivery(report: DeliveryReport, holder: Participant | None) -> Delivery | None:
    """Known by its Message-ID, which only its readers know; else by the address of one participant it came back to."""
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("update__case", "participant__user")
    if report.message_id and (found := rows.filter(message_id=report.message_id).first()):
        return found
    if holder is None:
        return None
    return rows.filter(participant=holder, address__iexact=report.recipient, state=State.SENT).order_by("-pk").first()
