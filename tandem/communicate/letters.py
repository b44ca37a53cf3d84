"""What we write: a message as the mail one participant gets."""

from typing import Any

from django.conf import settings
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tandem.communicate.composing import Enclosure, compose
from tandem.communicate.models.addressing import Place
from tandem.communicate.models.delivery import Delivery, State
from tandem.communicate.models.reference import Reference
from tandem.communicate.models.update import Kind, Update
from tandem.communicate.variables import filled
from tandem.kit import files, say
from tandem.people.models import Team

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
        return _written(delivery)


def _written(delivery: Delivery) -> bytes:
    to, cc = _people(delivery)
    return compose(
        sender=_sender(delivery),
        to=to,
        cc=cc,
        reply_to=delivery.reply_address,
        subject=_subject(delivery),
        text=_update_text(delivery, delivery.update) if delivery.update else _relay_text(delivery),
        message_id=delivery.message_id,
        references=_thread(delivery),
        automatic=delivery.is_automatic,
        list_id=f"case-{delivery.case.number}.{settings.REPLY_DOMAIN}" if delivery.relayed else "",
        unsubscribe=_stop(delivery),
        attachments=_enclosures(delivery),
        at=delivery.written_at,
    )


def _people(delivery: Delivery) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """To and Cc: everybody who gets it by name, but only the reader with their own address.

    The others stand at the reader's own signed address: “reply to all” reaches us once, we pass it on, and nobody
    learns another's address or secret.
    """
    told: dict[str, list[tuple[str, str]]] = {Place.TO: [], Place.CC: []}
    for other in delivery.siblings:
        address = delivery.address if other.pk == delivery.pk else delivery.reply_address
        told[other.place].append((other.participant.user.name, address))
    return told[Place.TO] or [(settings.COMPANY, delivery.reply_address)], told[Place.CC]


def _sender(delivery: Delivery) -> tuple[str, str]:
    if delivery.relayed and delivery.relayed.author:
        name = _("{name} via {company}").format(name=delivery.relayed.author.name, company=settings.COMPANY)
        return name, settings.MAIL_FROM
    return settings.COMPANY, settings.MAIL_FROM


def _subject(delivery: Delivery) -> str:
    if delivery.update and delivery.update.kind == Kind.RECEIPT:
        # Nobody has shown yet that they are who they say: nothing of theirs goes out again.
        return _("We have your message ({number})").format(number=delivery.case.number)
    return _("Re: {title} ({number})").format(title=delivery.case.title, number=delivery.case.number)


def _thread(delivery: Delivery) -> list[str]:
    """The Message-IDs this person knows of the conversation so far, oldest first: ours to them, theirs, and those
    of the mails that others of their side sent them, too."""
    person, case, at = delivery.participant.user, delivery.case, delivery.written_at
    ours = Delivery.objects.filter(participant=delivery.participant, pk__lt=delivery.pk).exclude(state=State.WITHHELD)
    theirs = Reference.objects.filter(message__stands_on=case, message__created_at__lte=at)
    seen = theirs.filter(message__author=person) | theirs.filter(also_got__contains=[person.email])
    written = Coalesce("update__sent_at", "relayed__created_at")
    known = [
        *ours.order_by("-pk").values_list(written, "message_id")[:MOST_REFERENCES],
        *seen.order_by("-pk").values_list("message__created_at", "mail_id")[:MOST_REFERENCES],
    ]
    return [message_id for _at, message_id in sorted(known)[-MOST_REFERENCES:]]


def _update_text(delivery: Delivery, update: Update) -> str:
    promise = getattr(update, "promise", None)
    words = {
        "body": update.message.body,
        "signature": _signature(update),
        "asks": str(ASKS.get(update.kind, EVERYTHING)),
        "href": _address(delivery, update),
        "promised": promise and say.moment(promise.due_at),
        "zone": settings.TIME_ZONE,
        "stop": _stop(delivery),
    }
    return render_to_string("communicate/mail/update.txt", words)


def _signature(update: Update) -> str:
    """Of the first of their teams that has one."""
    teams = update.sent_by.teams.exclude(signature="") if update.sent_by else Team.objects.none()
    team = teams.order_by("name").first()
    return filled(team.signature, update.case, by=update.sent_by) if team else ""


def _relay_text(delivery: Delivery) -> str:
    message = delivery.message
    words = {
        "body": message.body,
        "name": message.author.name if message.author else "",
        "href": _case_page(delivery),
        "stop": _stop(delivery),
    }
    return render_to_string("communicate/mail/relayed.txt", words)


def _enclosures(delivery: Delivery) -> list[Enclosure]:
    """The files that came with it, unless they are too many for a mail, or not checked yet: they are on the page, too."""
    attached = [file for file in delivery.message.attachments.all() if file.is_open]
    if sum(file.size for file in attached) > MOST_ENCLOSED:
        return []
    return [Enclosure(file.name, file.content_type, b"".join(files.read(file.stored_as))) for file in attached]


def _address(delivery: Delivery, update: Update) -> str:
    if link := update.link:
        return delivery.participant.link(link.page, of=link.of)
    return _case_page(delivery)


def _case_page(delivery: Delivery) -> str:
    return settings.BASE_URL + reverse("portal_case", args=[delivery.case.number])


def _stop(delivery: Delivery) -> str:
    """The page where who only follows stops our mail; "" for whoever asked us."""
    if not delivery.participant.only_follows:
        return ""
    return settings.BASE_URL + reverse("stop_mail", args=[delivery.participant.word_to("stop")])
