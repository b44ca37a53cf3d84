"""What the house knows of a mail: a fixed number of questions to its tables, whatever stands in the mail."""

import json
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tandem.cases.models import Participant
from tandem.communicate.models import Delivery
from tandem.kit import clock, tokens
from tandem.people.models import User
from tandem.submit import bounces
from tandem.submit.addresses import is_ours, word_in
from tandem.submit.landing import Known
from tandem.submit.models import State, Submission
from tandem.submit.parsing import Parsed

MOST_WORDS = 3


def of(submission: Submission, mail: Parsed) -> Known:
    address = author(mail)
    returned = _returned(submission, mail)
    return Known(
        holder=_holder(submission, mail, returned),
        answered=_answered(mail, address),
        returned=returned,
        reported=bounces.told_of(mail),
        sender=User.objects.filter(email=address).first(),
        is_ours=is_ours(address),
        is_twin=has_landed(address, mail.message_id, content_key(mail)),
        is_flood=_is_flood(address),
        is_writable=_is_writable(address),
    )


def author(mail: Parsed) -> str:
    return mail.sender.address.lower() if mail.sender else ""


def _returned(submission: Submission, mail: Parsed) -> Delivery | None:
    """Which delivery of ours it comes back from, by the envelope sender that delivery left with."""
    return next(filter(None, map(Delivery.objects.returned_to, _words(submission, mail, "back"))), None)


def _holder(submission: Submission, mail: Parsed, returned: Delivery | None) -> Participant | None:
    """Of the signed addresses it was sent to, the first that is good; the envelope's before the headers'."""
    found = next(filter(None, map(Participant.objects.holding, _words(submission, mail, "reply"))), None)
    if found is None and returned and returned.participant.left_at is None:
        return returned.participant
    return found


def _words(submission: Submission, mail: Parsed, door: str) -> list[str]:
    told = [*submission.sent_to, *mail.delivered_to, *(mailbox.address for mailbox in mail.to + mail.cc)]
    return list(dict.fromkeys(word for address in told if (word := word_in(address, door))))[:MOST_WORDS]


def _answered(mail: Parsed, address: str) -> Participant | None:
    ids = [told for told in [*mail.references, mail.in_reply_to] if told]
    sent = Delivery.objects.filter(message_id__in=ids, participant__user__email=address, participant__left_at=None)
    found = sent.select_related("participant__user", "participant__case").order_by("-pk").first()
    return found.participant if found and found.participant.user.is_active else None


def content_key(mail: Parsed) -> str:
    """The same for all copies of a mail, whichever way they came; "" where two honest mails could not be told apart."""
    if not (mail.message_id or mail.date_told):
        return ""
    files = [[file.name, file.base64] for file in mail.attachments]
    said = json.dumps([mail.date_told, mail.subject, mail.text, mail.html, files])
    return tokens.fingerprint(said)


def has_landed(address: str, mail_id: str, content: str) -> bool:
    """Whether the same mail, come another way, is a message already. A Message-ID alone says little: programs reuse them."""
    landed = Submission.objects.filter(state=State.LANDED, author_told=address, mail_id=mail_id)
    return bool(content) and landed.filter(content_key=content).exists()


def _is_flood(address: str) -> bool:
    lately = Submission.objects.filter(author_told=address, received_at__gt=clock.now() - timedelta(hours=1))
    return lately[: settings.MAIL_PER_SENDER].count() >= settings.MAIL_PER_SENDER


def _is_writable(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return address.isascii()
