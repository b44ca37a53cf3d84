"""What the house knows of a mail: a fixed number of questions to its tables, whatever stands in the mail."""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from tandem.cases.models import Message, Participant
from tandem.communicate.models import Delivery
from tandem.kit import clock, prepared, tokens
from tandem.people.models import User
from tandem.submit import bounces
from tandem.submit.addresses import is_ours, word_in
from tandem.submit.landing import Known
from tandem.submit.models import MailingList, State, Submission
from tandem.submit.parsing import Parsed

MOST_WORDS = 3


def of(submission: Submission, mail: Parsed, *, verified: bool) -> Known:
    address = author(mail)
    returned = _returned(submission, mail)
    holders = _holders(submission, mail, returned)
    own = next((holder for holder in holders if holder.user.email.lower() == address), None)
    answered = _answered(mail, address)
    is_proven = bool(verified or own or answered)
    return Known(
        holder=own or next(iter(holders), None),
        holders=holders,
        answered=answered,
        returned=returned,
        reported=bounces.told_of(mail),
        sender=next(iter(_with_address(address=address)), None),
        is_ours=is_ours(address),
        is_proven=is_proven,
        twin=landed(address, mail.message_id, content_key(mail)),
        is_flood=_is_flood(address, is_proven=is_proven),
        is_writable=_is_writable(address),
    )


@prepared.found
def _with_address(*, address: str) -> QuerySet[User]:
    return User.objects.filter(email=address)


def author(mail: Parsed) -> str:
    return mail.sender.address.lower() if mail.sender else ""


def is_let_in(list_id: str) -> bool:
    """Whether one of us said that people write to us through this mailing list."""
    return bool(list_id) and MailingList.objects.standing().filter(list_id=list_id).exists()


def _returned(submission: Submission, mail: Parsed) -> Delivery | None:
    """Which delivery of ours it comes back from, by the envelope sender that delivery left with."""
    return next(filter(None, map(Delivery.objects.returned_to, _words(submission, mail, "back"))), None)


def _holders(submission: Submission, mail: Parsed, returned: Delivery | None) -> list[Participant]:
    """Of the signed addresses it was sent to, those that are good; the envelope's before the headers'."""
    found = list(filter(None, map(Participant.objects.holding, _words(submission, mail, "reply"))))
    if not found and returned and returned.participant.left_at is None:
        return [returned.participant]
    return found


def _words(submission: Submission, mail: Parsed, door: str) -> list[str]:
    told = [*submission.sent_to, *mail.delivered_to, *(mailbox.address for mailbox in mail.to + mail.cc)]
    return list(dict.fromkeys(word for address in told if (word := word_in(address, door))))[:MOST_WORDS]


def _answered(mail: Parsed, address: str) -> Participant | None:
    ids = [told for told in [*mail.references, mail.in_reply_to] if told]
    if not ids:
        return None
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


def landed(address: str, mail_id: str, content: str) -> Message | None:
    """The message that the same mail became, come another way. A Message-ID alone says little: programs reuse them."""
    return next(iter(_landed(address=address, mail_id=mail_id, content=content)), None) if content else None


@prepared.found
def _landed(*, address: str, mail_id: str, content: str) -> QuerySet[Message]:
    rows = Message.objects.filter(submission__state=State.LANDED, submission__author_told=address)
    same = rows.filter(submission__mail_id=mail_id, submission__content_key=content)
    return same.select_related("stands_on__merged_into")[:1]


def _is_flood(address: str, *, is_proven: bool) -> bool:
    """Counted apart, or whoever forges an address would keep its owner out."""
    most = settings.MAIL_PER_SENDER
    return len(_lately(most, is_proven, address=address, since=clock.now() - timedelta(hours=1))) >= most


@prepared.listed
def _lately(most: int, is_proven: bool, *, address: str, since: datetime) -> QuerySet:
    rows = Submission.objects.filter(author_told=address, is_proven=is_proven, received_at__gt=since)
    return rows.order_by().values_list("pk")[:most]


def _is_writable(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return address.isascii()
