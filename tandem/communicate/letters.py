"""What we write: an update as the mail one participant gets."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tandem.communicate.composing import Enclosure, compose
from tandem.communicate.models.delivery import Delivery
from tandem.communicate.models.update import Kind, Update
from tandem.kit import files, say

MOST_REFERENCES = 20
MOST_ENCLOSED = 10_000_000  # bytes
EVERYTHING = _lazy("The whole conversation:")
ASKS: dict[str, Any] = {
    Kind.QUESTION: _lazy("Answer here, or by answering this mail:"),
    Kind.READ_BACK: _lazy("Tell us line by line whether we have it right:"),
    Kind.WORKAROUND: _lazy("The steps, and how to tell us whether they helped:"),
    Kind.RESOLUTION: _lazy("Tell us whether it works:"),
    Kind.CLOSURE: _lazy("How was it, and is it really over?"),
}


def of(delivery: Delivery) -> bytes:
    """The whole mail, in the language of who gets it; the same for each attempt."""
    contact = getattr(delivery.participant.user, "contact", None)
    with translation.override(contact.language if contact else settings.LANGUAGE_CODE):
        return _written(delivery, delivery.update)


def _written(delivery: Delivery, update: Update) -> bytes:
    return compose(
        sender=(settings.COMPANY, settings.MAIL_FROM),
        to=(delivery.participant.user.name, delivery.address),
        reply_to=delivery.reply_address,
        subject=_subject(update),
        text=render_to_string("communicate/mail/update.txt", _words(delivery, update)),
        message_id=delivery.message_id,
        references=_thread(delivery),
        automatic=update.is_automatic,
        attachments=_enclosures(update),
        at=update.sent_at,
    )


def _subject(update: Update) -> str:
    if update.kind == Kind.RECEIPT:
        # Nobody has shown yet that they are who they say: nothing of theirs goes out again.
        return _("We have your message ({number})").format(number=update.case.number)
    return _("Re: {title} ({number})").format(title=update.case.title, number=update.case.number)


def _thread(delivery: Delivery) -> list[str]:
    """The Message-IDs of this conversation so far, ours to this person and theirs to us, oldest first."""
    case, at = delivery.update.case, delivery.update.sent_at
    ours = Delivery.objects.filter(participant=delivery.participant, update__case=case, pk__lt=delivery.pk)
    theirs = case.mail_references.filter(message__author=delivery.participant.user, message__created_at__lte=at)
    known = [
        *ours.order_by("-pk").values_list("update__sent_at", "message_id")[:MOST_REFERENCES],
        *theirs.order_by("-pk").values_list("message__created_at", "mail_id")[:MOST_REFERENCES],
    ]
    return [message_id for _at, message_id in sorted(known)[-MOST_REFERENCES:]]


def _words(delivery: Delivery, update: Update) -> dict:
    promise = getattr(update, "promise", None)
    return {
        "update": update,
        "body": update.message.body,
        "asks": str(ASKS.get(update.kind, EVERYTHING)),
        "href": _address(delivery, update),
        "promised": promise and say.moment(promise.due_at),
        "zone": settings.TIME_ZONE,
    }


def _enclosures(update: Update) -> list[Enclosure]:
    """The files that came with it, unless they are too many for a mail: they are on the page, too."""
    attached = list(update.message.attachments.all())
    if sum(file.size for file in attached) > MOST_ENCLOSED:
        return []
    return [Enclosure(file.name, file.content_type, b"".join(files.read(file.stored_as))) for file in attached]


def _address(delivery: Delivery, update: Update) -> str:
    if link := update.link:
        return delivery.participant.link(link.page, of=link.of)
    return settings.BASE_URL + reverse("portal_case", args=[update.case.number])
