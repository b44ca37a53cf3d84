"""What was said and what happened on a case, in one line of time."""

from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.cases.models import Attachment, Case, Event, Message
from tandem.communicate.models import Delivery, State
from tandem.kit import say
from tandem.people.roles import Role

MESSAGES = 50
EVENTS = 200
# These stand there as messages, or only repeat what is seen elsewhere on the page.
NOT_AGAIN = ["message.received", "message.written", "update.sent", "promise.kept", "fact.noted", "submission.landed"]


class Moment(NamedTuple):
    at: datetime
    message: Message | None = None
    event: Event | None = None


class Conversation(NamedTuple):
    moments: list[Moment]
    earlier: int | None


def of(case: Case, actor: Any, *, before: int | None = None) -> Conversation:
    """The last MESSAGES messages (before that one) and what happened meanwhile: four queries, however long it is."""
    deliveries = Prefetch("sent_update__deliveries", Delivery.objects.select_related("participant__user"))
    rows = Message.objects.visible_to(actor).of(case).select_related("sent_update").prefetch_related(deliveries)
    messages, earlier = said(rows, before=before)
    moments = [Moment(message.created_at, message=message) for message in messages]
    moments += [Moment(event.at, event=event) for event in _happened(case, actor, messages, before, earlier)]
    return Conversation(sorted(moments, key=lambda moment: moment.at), earlier)


def said(rows: QuerySet[Message], *, before: int | None = None) -> tuple[list[Message], int | None]:
    """The last of these messages, oldest first, and which one to ask before for more."""
    rows = rows.filter(pk__lt=before) if before else rows
    found = list(rows.select_related("author").prefetch_related("attachments").order_by("-pk")[: MESSAGES + 1])
    return found[:MESSAGES][::-1], found[MESSAGES - 1].pk if len(found) > MESSAGES else None


def _happened(
    case: Case, actor: Any, messages: list[Message], before: int | None, earlier: int | None
) -> QuerySet[Event]:
    events = Event.objects.visible_to(actor).filter(case=case).exclude(verb__in=NOT_AGAIN)
    if earlier:
        events = events.filter(at__gte=messages[0].created_at)
    if before and messages:
        events = events.filter(at__lte=messages[-1].created_at)
    return events.select_related("by").order_by("-seq")[:EVENTS]


def words(message: Message, *, with_delivery: bool = False) -> dict[str, Any]:
    """What the macro `message` wants to know of it."""
    return {
        "author": _author(message),
        "at": message.created_at,
        "audience": message.audience,
        "side": _side(message.author),
        "via": (with_delivery and _delivery(message)) or message.get_channel_display(),
        "quoted": message.quoted,
        "attachments": [_file(attachment) for attachment in message.attachments.all()],
        "id": f"message-{message.pk}",
        "tags": [] if message.verified else [_("unverified sender")],
    }


def failures(message: Message) -> list[str]:
    """Whom it did not reach, and why, each a sentence."""
    lost = [delivery for delivery in _deliveries(message) if delivery.state not in (State.QUEUED, State.SENT)]
    return [
        _("To {name}: {state}. {error}").format(
            name=delivery.participant.user.name, state=delivery.get_state_display(), error=delivery.error
        )
        for delivery in lost
    ]


def _author(message: Message) -> str:
    if message.author:
        return message.author.name
    return settings.COMPANY if message.verified else _("Unknown sender")


def _side(author: Any) -> str:
    if author is None:
        return "system"
    return {Role.CONTACT: "customer", Role.ENGINEER: "engineering"}.get(author.role, "support")


def _delivery(message: Message) -> str:
    """“sent 11:02”, “on its way”; "" for what is not sent by mail."""
    deliveries = _deliveries(message)
    if any(delivery.state == State.QUEUED for delivery in deliveries):
        return _("on its way")
    sent = [delivery.sent_at for delivery in deliveries if delivery.sent_at]
    return _("sent {when}").format(when=say.moment(max(sent))) if sent else ""


def _deliveries(message: Message) -> list[Delivery]:
    update = getattr(message, "sent_update", None)
    return list(update.deliveries.all()) if update else []


def _file(attachment: Attachment) -> dict[str, str]:
    href = reverse("attachment", args=[attachment.key])
    return {"name": attachment.name, "href": href, "size": filesizeformat(attachment.size)}
