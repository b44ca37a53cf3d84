"""Mail of ours that came back (RFC 3464), or that somebody complained about (RFC 5965)."""

from tandem.cases.models import Participant
from tandem.communicate.models import Delivery, State
from tandem.submit.parsing import DeliveryReport, Parsed


def mark(mail: Parsed, *, holder: Participant | None, returned: Delivery | None) -> list[int]:
    """Mark what did not arrive; which deliveries, by id. A report that proves to know no mail of ours marks nothing."""
    told = [report for report in mail.delivery_reports if report.action in ("failed", "complained")]
    return [pk for report in told if (pk := _mark(report, holder, returned))]


def _mark(report: DeliveryReport, holder: Participant | None, returned: Delivery | None) -> int | None:
    delivery = _delivery(report, holder, returned)
    if delivery is None or delivery.state == State.BOUNCED:
        return None
    if report.action == "complained":
        delivery.complain()
    else:
        delivery.bounce(report.diagnosis or report.status, for_good=report.status.startswith("5"))
    return delivery.pk


def _delivery(report: DeliveryReport, holder: Participant | None, returned: Delivery | None) -> Delivery | None:
    """Named by the address it came back to, or by its Message-ID, which only its readers know; else the newest to the
    participant whose address it came back to."""
    rows = Delivery.objects.select_for_update(of=("self",)).with_words()
    if returned:
        return rows.filter(pk=returned.pk).first()
    if report.message_id and (found := rows.filter(message_id=report.message_id).first()):
        return found
    if holder is None:
        return None
    return rows.filter(participant=holder, address__iexact=report.recipient, state=State.SENT).order_by("-pk").first()


def find(message_ids: set[str], *, recipient: str) -> Delivery | None:
    """What a provider that sends for us speaks of: known by our Message-ID, else the newest that went to this address."""
    rows = Delivery.objects.select_for_update(of=("self",)).with_words()
    if found := rows.filter(message_id__in=message_ids).first():
        return found
    return rows.filter(address__iexact=recipient, state=State.SENT).order_by("-pk").first() if recipient else None
