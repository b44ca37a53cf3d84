"""What the house knows of a mail: a fixed number of questions to its tables, whatever stands in the mail."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from tandem.cases.models import Message, Participant
from tandem.communicate.models import Delivery
from tandem.customers.models import Contact
from tandem.kit import clock, prepared, tokens
from tandem.submit import bounces
from tandem.submit.addresses import is_ours, is_writable, word_in
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
    most, since = settings.MAIL_PER_SENDER, clock.now() - timedelta(hours=1)
    before = _before(most, is_proven, **_what_it_says(submission), since=since)
    found = Known(
        holder=own or next(iter(holders), None),
        holders=holders,
        answered=answered,
        returned=returned,
        reported=bounces.told_of(mail),
        sender=Contact.objects.whoever_writes_from(address),
        is_ours=is_ours(address),
        is_proven=is_proven,
        twin=landed(submission) if before["landed"] else None,
        is_flood=len(before["lately"]) >= most,
        is_writable=is_writable(address) and address.isascii(),
    )
    return replace(found, is_reported=_is_reported(found)) if mail.delivery_reports else found


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
    found = sent.select_related("participant__user__contact", "participant__case").order_by("-pk").first()
    return found.participant if found and found.participant.user.is_active else None


def content_key(mail: Parsed) -> str:
    """The same for all copies of a mail, whichever way they came; "" where two honest mails could not be told apart."""
    if not (mail.message_id or mail.date_told):
        return ""
    files = [[file.name, file.base64] for file in mail.attachments]
    said = json.dumps([mail.date_told, mail.subject, mail.text, mail.html, files])
    return tokens.fingerprint(said)


def landed(submission: Submission) -> Message | None:
    """The message that the same mail became, come another way. A Message-ID alone says little: programs reuse them."""
    same = _landed(**_what_it_says(submission)).select_related("message__stands_on__merged_into")
    return next((twin.message for twin in same), None)


def _what_it_says(submission: Submission) -> dict[str, str]:
    return {name: getattr(submission, name) for name in ("author_told", "mail_id", "content_key")}


def _landed(**told: str) -> QuerySet[Submission]:
    return Submission.objects.filter(**told, state=State.LANDED).exclude(content_key="").order_by()


@prepared.gathered
def _before(
    most: int, is_proven: bool, *, author_told: str, mail_id: str, content_key: str, since: datetime
) -> dict[str, QuerySet]:
    """What came of this author lately: proven and not counted apart, or whoever forges an address would keep its owner
    out; and whether this mail landed already.
    """
    lately = Submission.objects.filter(author_told=author_told, is_proven=is_proven, received_at__gt=since)
    same = _landed(author_told=author_told, mail_id=mail_id, content_key=content_key)
    return {"lately": lately.order_by().values("pk")[:most], "landed": same.values("pk")[:1]}


def _is_reported(found: Known) -> bool:
    """Anybody who was shown a mail of ours may write reports about it without end: one that proves nothing is enough."""
    if (whose := found.of_report) is None:
        return False
    told = {"decision__holder": whose.pk, "decision__report": found.about and found.about.pk}
    return Submission.objects.filter(case=whose.case_id, **told).exists()
