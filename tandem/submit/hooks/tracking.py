"""What a provider tells of mails of ours: those that came back, and those somebody called spam."""

from collections.abc import Iterable, Iterator
from typing import Any

from anymail.signals import EventType, RejectReason
from django.utils.translation import gettext as _

from tandem.communicate.models import State
from tandem.submit import bounces

CAME_BACK = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}
FOR_GOOD = {RejectReason.BOUNCED, RejectReason.INVALID}


def mark(events: Iterable[Any]) -> list[int]:
    """The deliveries that were marked, by id."""
    return [pk for event in events if (pk := _mark(event))]


def _mark(event: Any) -> int | None:
    if event.event_type not in {EventType.COMPLAINED, *CAME_BACK}:
        return None
    delivery = bounces.find(set(_ids(event)), recipient=str(event.recipient or ""))
    if delivery is None or delivery.state == State.BOUNCED:
        return None
    if event.event_type == EventType.COMPLAINED:
        delivery.complain()
    else:
        delivery.bounce(_why(event), for_good=event.reject_reason in FOR_GOOD)
    return delivery.pk


def _why(event: Any) -> str:
    said = str(event.mta_response or event.description or event.reject_reason or _("The provider gives no reason."))
    return " ".join(said.split())[:1000]


def _ids(event: Any) -> Iterator[str]:
    """By which the mail may be known: our Message-ID, wherever this provider keeps it."""
    told = event.esp_event if isinstance(event.esp_event, dict) else {}
    message = told.get("event-data", told).get("message", {}) if isinstance(told.get("event-data", told), dict) else {}
    headers = message.get("headers", {}) if isinstance(message, dict) else {}
    found = [event.message_id, told.get("smtp-id"), told.get("message-id"), headers.get("message-id")]
    return (f"<{word.strip().strip('<>')}>" for word in found if isinstance(word, str) and word)
