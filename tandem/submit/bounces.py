"""Mail of ours that came back (RFC 3464), and how a mail that went out is known again."""

from tandem.communicate.models import Delivery, State
from tandem.submit.parsing import DeliveryReport, Parsed

COMPLAINED = "complained"


def complains(mail: Parsed) -> bool:
    """Whether it calls a mail of ours unwanted (RFC 5965). Anybody can write that: only a provider's own door is heard."""
    return any(report.action == COMPLAINED for report in mail.delivery_reports)


def mark(mail: Parsed, *, returned: Delivery) -> list[int]:
    """Mark the delivery that came back to its own secret address, if it failed; which deliveries, by id."""
    failed = next((report for report in mail.delivery_reports if report.action == "failed"), None)
    return [returned.pk] if failed and _mark(failed, returned.pk) else []


def _mark(report: DeliveryReport, pk: int) -> bool:
    delivery = _held().get(pk=pk)
    if delivery.state == State.BOUNCED:
        return False
    delivery.bounce(report.diagnosis or report.status, for_good=report.status.startswith("5"))
    return True


def told_of(mail: Parsed) -> Delivery | None:
    """The delivery a report speaks of by its Message-ID, which everybody knows who was shown that mail."""
    ids = {report.message_id for report in mail.delivery_reports if report.message_id}
    return Delivery.objects.with_words().filter(message_id__in=ids).first() if ids else None


def find(message_ids: set[str], *, recipient: str) -> Delivery | None:
    """What a provider that sends for us speaks of: known by our Message-ID, else the newest that went to this address."""
    if found := _held().filter(message_id__in=message_ids).first():
        return found
    return _held().filter(address__iexact=recipient, state=State.SENT).order_by("-pk").first() if recipient else None


def _held():  # type: ignore[no-untyped-def]
    return Delivery.objects.select_for_update(of=("self",)).with_words()
