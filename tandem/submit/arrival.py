"""What becomes of a mail we accepted: read in a limited child, decided, landed. It may run twice, and die at any line."""

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Channel, Message
from tandem.cases.privacy.covering import covered
from tandem.communicate.models import Reference
from tandem.customers.models import Account, Contact
from tandem.kit import files, limited, written
from tandem.kit.mailbox import Mailbox
from tandem.kit.together import together
from tandem.people.models import User
from tandem.submit import bounces, known, telling
from tandem.submit.addresses import is_ours
from tandem.submit.landing import Landing, decide
from tandem.submit.models import Cause, Overtaken, Submission
from tandem.submit.parsing import Parsed, Unparseable, read, verified_sender

log = logging.getLogger(__name__)

LONGEST_NAME = 120
MOST_ALSO = 100  # others a mail was sent to


def read_next(*, keep_on: bool = False) -> bool:
    """Read the next mail; whether one was there. `keep_on` past one that fails: it waits for another attempt."""
    if (submission := Submission.objects.take()) is None:
        return False
    try:
        process(submission)
    except (OSError, files.NoRoom, limited.NotStarted):
        log.exception("Mail %s cannot be read just now, or its files not kept; it waits", submission.pk)
        submission.not_now()
    except limited.Hindered as trouble:
        log.warning("Mail %s is tried again: %s", submission.pk, trouble)
    except Exception as error:
        if not keep_on or isinstance(error, (InterfaceError, OperationalError)):
            raise
        log.exception("Mail %s could not be read, and is tried again", submission.pk)
    return True


def process(submission: Submission) -> None:
    """Read a mail that was taken (`Submission.objects.take`), and bring it to its place."""
    mail, flaw = _read(bytes(submission.raw))
    try:
        with transaction.atomic(), together():
            _Arrival(submission, mail).land(flaw)
    except Overtaken:
        log.warning("Mail %s took so long that another landed it", submission.pk)


def _read(raw: bytes) -> tuple[Parsed, str]:
    try:
        return read(raw), ""
    except Unparseable as refusal:
        return Parsed(), refusal.sentence


class _Arrival:
    """One mail on its way to its place."""

    def __init__(self, submission: Submission, mail: Parsed) -> None:
        self.submission, self.mail = submission, mail
        self.verified = verified_sender(mail, submission.checked_by)
        self.notes = list(mail.notes)
        self.found = known.Known()

    def land(self, flaw: str) -> None:
        if self.submission.released_for:
            return self._let_through(flaw)
        self._keep_what_it_says()
        if flaw:
            return self.submission.quarantine(_(flaw), cause=Cause.UNREADABLE)
        if known.is_let_in(self.mail.list_id):
            self.mail.automatic = None  # it only came through a list
        self.found = found = known.of(self.submission, self.mail, verified=self.verified)
        landing = decide(self.mail, found)
        self.submission.reason, self.submission.is_proven = landing.why, found.is_proven
        self.submission.decision["checks"] = telling.of_checks(self.mail, found, verified=self.verified)
        return getattr(self, f"_{landing.place.name.lower()}")(landing)

    def _join(self, landing: Landing) -> None:
        self._take_up_mail_to(landing.whose.user)
        self._speak(landing.whose.case, landing.whose.user)

    def _aside(self, landing: Landing) -> None:
        """Shown to us as nobody's word: it acts for nobody, and no customer reads it, but somebody has to look."""
        case = landing.whose.case
        told = _("{why}\nFrom: {sender}").format(why=landing.why, sender=self._sender()) + "\n\n"
        self.submission.decision |= {"holder": landing.whose.pk, "words_at": len(told)}
        if self.mail.delivery_reports:
            self.submission.decision["report"] = self.found.about and self.found.about.pk
        message = self._write(case, by=None, audience=Audience.SUPPORT, body=told + self._body())
        if self.mail.automatic:
            return
        case.record("message.set_aside", message=message.pk)
        self._point_to(message)
        if self.mail.sender and not is_ours(self.mail.sender.address):
            case.read_on.proposals.make([self.mail.sender], message=message)

    def _open(self, landing: Landing) -> None:
        assert self.mail.sender is not None  # without one author nothing is opened
        contact = self._meet(self.mail.sender.address)
        case = Case.objects.open_for(contact, title=self.mail.subject)
        if self.verified:
            self._take_up_mail_to(contact)
        self._speak(case, contact, opened=True)

    def _report(self, landing: Landing) -> None:
        assert self.found.returned is not None  # that is what a report is known by
        self.submission.decision["deliveries"] = bounces.mark(self.mail, returned=self.found.returned)
        self.submission.note(landing.why)

    def _note(self, landing: Landing) -> None:
        """It repeats a message; on the case of another signed address it was sent to that is said."""
        self.submission.repeats = self.found.twin
        self.submission.note(landing.why)
        if self.found.twin:
            self._point_to(self.found.twin)

    def _quarantine(self, landing: Landing) -> None:
        self.submission.quarantine(landing.why, cause=landing.cause)

    def _let_through(self, flaw: str) -> None:
        """A person of ours has read it: a case is opened, or theirs goes on, and the mail as it came is attached."""
        held = self.submission
        if twin := known.landed(held):
            held.repeats = twin
            return held.note(_("The same mail landed before."))
        assert held.sorted_by is not None  # somebody let it through
        by, contact = held.sorted_by, self._meet(held.released_for)
        self.verified &= contact.email == held.author_told
        held.reason = _("{name} let it through. {why}").format(name=by.name, why=held.reason)
        body = _("This mail could not be read; it is attached as it came.") if flaw else self._body()
        case = held.released_into or Case.objects.open_for(contact, title=self.mail.subject, by=by)
        whole = files.store([bytes(held.raw)], name="message.eml", is_ours=True)
        if case.participants.standing().filter(user=contact).exists():
            self._write(case, by=contact, audience=Audience.CUSTOMER, body=body, also=[whole])
        else:
            message = self._write(case, by=None, audience=Audience.SUPPORT, body=body, also=[whole])
            case.read_on.proposals.make([Mailbox(contact.name, contact.email)], message=message)
        return None

    def _take_up_mail_to(self, author: Any) -> None:
        """Whoever writes reads, if it is them who wrote."""
        contact = getattr(author, "contact", None)
        if contact and (contact.bounced_at or contact.no_mail_since):
            contact.try_mail_again()

    def _speak(self, case: Case, author: Any, **more: Any) -> None:
        also = self._also_to(author)
        self.submission.decision["also_to"] = [mailbox.address.lower() for mailbox in also]
        message = self._write(case, by=author, audience=Audience.CUSTOMER, body=self._body(), **more)
        if also:
            case.read_on.proposals.make(also, message=message)
        if self.mail.message_id:
            also_got = [mailbox.address.lower() for mailbox in self.mail.to + self.mail.cc]
            told = {"message": message, "mail_id": self.mail.message_id, "also_got": also_got[:MOST_ALSO]}
            written.insert(Reference(case=case, **told))
        self._point_to(message)

    def _point_to(self, message: Message) -> None:
        """A mail is one message on one case: where else it was sent to, it is told once where that stands."""
        here = message.stands_on.read_on
        for there in {holder.case.read_on for holder in self.found.holders} - {here}:
            if self.mail.automatic or there.events.filter(facts__contains={"stands_as": message.pk}).exists():
                continue
            told = _("{sender} sent one mail to this case and to case {number}. It stands there: {address}")
            address = settings.BASE_URL + reverse("case", args=[here.number])
            body = told.format(sender=self._sender(), number=here.number, address=address)
            note = there.messages.write(body, by=None, audience=Audience.SUPPORT, channel=Channel.MAIL)
            there.record("message.set_aside", message=note.pk, stands_as=message.pk)

    def _write(
        self, case: Case, *, by: Any, audience: str, body: str, also: Sequence[files.Stored] = (), **told: Any
    ) -> Message:
        message = case.messages.write(
            body,
            by=by,
            audience=audience,
            channel=Channel.MAIL,
            quoted=self.mail.quoted if self.mail.fresh else "",
            html=self.mail.html,
            verified=self.verified,
            files=[*self._attached(), *also],
        )
        case.secrets.cover(self.mail.subject, message=message)  # the raw mail has it, whatever becomes of it
        notes = [*self._inside(), *map(_, self.notes), *self._given_up(message)]
        self.submission.decision |= {"verified": self.verified, "notes": notes, "left_out": bool(self.notes)}
        self.submission.land(message, by=by, **told)
        return message

    def _given_up(self, message: Message) -> list[str]:
        if not self.mail.html or message.html:
            return []
        return [
            _("Its layout would still show what is hidden, so it is not kept: open the mail as it came to read it.")
        ]

    def _keep_what_it_says(self) -> None:
        """For people who sort it, and to know it again; believed by nobody."""
        self.submission.author_told = known.author(self.mail)
        self.submission.subject_told = covered(self.mail.subject)[0][:300]
        self.submission.mail_id = self.mail.message_id
        self.submission.content_key = known.content_key(self.mail)
        self.submission.decision = {"sender": self._sender(), "automatic": self.mail.automatic}
        if self.mail.list_id:
            self.submission.decision["list"] = self.mail.list_id

    def _meet(self, address: str) -> User:
        """The contact; a new one belongs to an account only if their domain is that account's and proven."""
        sender = self.mail.sender
        known = self.found.sender
        if known and known.email == address.lower() and hasattr(known, "contact"):
            return known
        domain = address.rpartition("@")[2].lower()
        account = Account.objects.filter(domains__contains=[domain]).first() if self.verified else None
        name = sender.name[:LONGEST_NAME] if sender and sender.address.lower() == address.lower() else ""
        return Contact.objects.meet(address, name=name, account=account).user

    def _body(self) -> str:
        return self.mail.fresh or self.mail.text or "\n".join(self._inside()) or _("(no text)")

    def _inside(self) -> list[str]:
        return [*map(telling.of_file, self.mail.inside)]

    def _sender(self) -> str:
        sender = self.mail.sender
        return f"{sender.name} <{sender.address}>".strip() if sender else ""

    def _also_to(self, author: User) -> list[Mailbox]:
        """Whom they copied in. We propose them to whoever works on the case; nobody is added by being named."""
        told = {mailbox.address.lower(): mailbox for mailbox in self.mail.to + self.mail.cc}
        return [mailbox for address, mailbox in told.items() if not is_ours(address) and address != author.email][:20]

    def _attached(self) -> list[files.Stored]:
        return list(filter(None, map(self._stored, self.mail.attachments)))

    def _stored(self, attachment: Any) -> files.Stored | None:
        try:
            stored = files.store([attachment.content], name=attachment.name)
            return stored._replace(content_id=attachment.content_id)
        except files.TooLarge as refusal:
            self.notes.append(refusal.sentence)
            return None
