"""What we write: a message as the mail one participant gets."""

from typing import Any

from django.conf import settings
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tandem.cases.models import Attachment
from tandem.cases.models.attachment import Scan
from tandem.communicate.composing import Enclosure, compose
from tandem.communicate.models.addressing import Place
from tandem.communicate.models.delivery import Delivery, State
from tandem.communicate.models.reference import Reference
from tandem.communicate.models.update import Kind, Update
from tandem.communicate.variables import filled
from tandem.kit import files, say, zones
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
    enclosed, left_out = _files(delivery)
    return compose(
        sender=_sender(delivery),
        to=to,
        cc=cc,
        reply_to=delivery.reply_address,
        subject=_subject(delivery),
        text=_text(delivery, left_out),
        message_id=delivery.message_id,
        references=_thread(delivery),
        automatic=delivery.is_automatic,
        list_id=f"case-{delivery.case.number}.{settings.REPLY_DOMAIN}" if delivery.relayed else "",
        unsubscribe=_stop(delivery),
        attachments=enclosed,
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


def _text(delivery: Delivery, left_out: list[str]) -> str:
    both = {"left_out": left_out, "stop": _stop(delivery), "page": _case_page(delivery)}
    if delivery.update:
        return render_to_string("communicate/mail/update.txt", both | _words_of(delivery, delivery.update))
    return render_to_string("communicate/mail/relayed.txt", both | _relayed_words(delivery))


def _words_of(delivery: Delivery, update: Update) -> dict[str, Any]:
    promise = getattr(update, "promise", None)
    with zones.hours_of(delivery.participant.user):
        promised, zone = promise and say.moment(promise.due_at), timezone.get_current_timezone_name()
    return {
        "body": update.message.body,
        "signature": _signature(update),
        "asks": str(ASKS.get(update.kind, EVERYTHING)),
        "href": _address(delivery, update),
        "promised": promised,
        "zone": zone,
    }


def _signature(update: Update) -> str:
    """Of the first of their teams that has one."""
    teams = update.sent_by.teams.exclude(signature="") if update.sent_by else Team.objects.none()
    team = teams.order_by("name").first()
    return filled(team.signature, update.case, by=update.sent_by) if team else ""


def _relayed_words(delivery: Delivery) -> dict[str, Any]:
    message = delivery.message
    return {
        "body": message.body,
        "name": message.author.name if message.author else "",
        "href": _case_page(delivery),
    }


def _files(delivery: Delivery) -> tuple[list[Enclosure], list[str]]:
    """The files that came with it, and in a line each those that do not go along: they are on the page."""
    attached = list(delivery.message.attachments.all())
    checked = [file for file in attached if file.is_open]
    fitting = checked if sum(file.size for file in checked) <= MOST_ENCLOSED else []
    left_out = [f"“{file.name}”: {_why_left_out(file)}" for file in attached if file not in fitting]
    return [Enclosure(file.name, file.content_type, b"".join(files.read(file.stored_as))) for file in fitting], left_out


def _why_left_out(file: Attachment) -> str:
    if file.scan == Scan.INFECTED:
        return _("it was held back, for it is harmful")
    return _("it is too large for a mail") if file.is_open else _("it is not checked for viruses yet")


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
