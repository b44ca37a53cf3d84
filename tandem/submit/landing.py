"""Where a mail belongs, and why. Decided from what was read and what we know; nothing here acts.

A thread is joined by a secret only: the signed address we gave to one participant, or the Message-ID of a mail we sent
to them. A number in the subject, a copied Message-ID, somebody in Cc prove nothing. And a secret says where a mail
belongs, not who wrote it: it speaks for the participant only if From is theirs, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _

from tandem.cases.models import Message, Participant
from tandem.communicate.models import Delivery
from tandem.submit.bounces import complains
from tandem.submit.models import Cause
from tandem.submit.parsing import Parsed


class Place(Enum):
    JOIN = "the case of the participant, as their word"
    ASIDE = "the case of the participant, for us to see, as nobody's word"
    OPEN = "a case of its own"
    REPORT = "the mail of ours that did not arrive"
    NOTE = "nowhere: it asks for nothing"
    QUARANTINE = "quarantine, until a person has looked"


@dataclass(frozen=True)
class Known:
    """What the house knows of a mail, by asking its tables."""

    holder: Participant | None = None
    """Whose signed address it was sent to; of several the author's own."""
    holders: Sequence[Participant] = ()
    """All whose signed addresses it was sent to."""
    answered: Participant | None = None
    """Which participant got the mail it answers to, if From is their address."""
    returned: Delivery | None = None
    """The mail of ours in whose envelope the address stood that it was sent to."""
    reported: Delivery | None = None
    """The mail of ours that it names, if it is a report: everybody knows that name who was shown the mail."""
    sender: Any = None
    """The user with the address in From."""
    is_reported: bool = False
    """It is a report, and one about the same mail of ours was set aside before."""
    is_ours: bool = False
    """From is one of our own addresses."""
    is_proven: bool = False
    """It is known to be theirs whose address is in From: our server says so, or a secret that they were given."""
    twin: Message | None = None
    """What the same mail, by its author, Message-ID and content, became when it came before."""
    is_flood: bool = False
    """More came from this address than a person writes, proven or not as this one is."""
    is_writable: bool = True
    """We could write to the address in From."""

    @property
    def about(self) -> Delivery | None:
        """The mail of ours a report is about."""
        return self.returned or self.reported

    @property
    def of_report(self) -> Participant | None:
        """On whose case a report belongs."""
        return self.about.participant if self.about else self.holder


@dataclass(frozen=True)
class Landing:
    place: Place
    why: str
    participant: Participant | None = field(default=None)
    cause: str = ""
    """Of a place in quarantine."""

    @property
    def whose(self) -> Participant:
        """The participant of a place that has one: JOIN and ASIDE."""
        if self.participant is None:
            raise LookupError(f"{self.place} has no participant.")
        return self.participant


def decide(mail: Parsed, known: Known) -> Landing:
    """One place, and the sentence that says why."""
    if known.twin:
        return Landing(Place.NOTE, _("The same mail landed before."))
    if mail.delivery_reports:
        return _as_report(mail, known)
    if known.is_ours:
        return _waits(Cause.OURSELVES, _("It says that it comes from ourselves."))
    if known.is_flood:
        return _waits(Cause.FLOOD, _("More mails came from this address within an hour than a person writes."))
    if known.holder:
        return _to_signed_address(mail, known.holder)
    if mail.sender_flaw:
        return _waits(Cause.SENDER, _(mail.sender_flaw))
    if known.answered:
        return _as_answer(mail, known.answered)
    return _without_secret(mail, known)


def _as_report(mail: Parsed, known: Known) -> Landing:
    """Believed if it came back to where that one mail left from, and is no complaint: anybody can write the rest."""
    if known.returned and not complains(mail):
        return Landing(Place.REPORT, _("It reports what became of a mail of ours."), known.returned.participant)
    if known.is_reported:
        return Landing(Place.NOTE, _("Another report about the same mail of ours stands on the case."))
    if whose := known.of_report:
        why = _("It reports what became of a mail to {name}. Nothing proves that, so it changes nothing.")
        return Landing(Place.ASIDE, why.format(name=whose.user.name), whose)
    return _waits(Cause.REPORT, _("It reports what became of a mail that we do not know."))


def _to_signed_address(mail: Parsed, holder: Participant) -> Landing:
    name = holder.user.name
    if mail.sender_flaw or not _is_of(mail, holder) or not holder.user.is_active:
        return Landing(
            Place.ASIDE, _("Somebody else wrote to an address that only {name} was given.").format(name=name), holder
        )
    if mail.automatic:
        return Landing(
            Place.ASIDE, _("A program answered for {name}. {why}").format(name=name, why=_(mail.automatic)), holder
        )
    return Landing(Place.JOIN, _("It was sent to the signed address of {name}, from theirs.").format(name=name), holder)


def _as_answer(mail: Parsed, answered: Participant) -> Landing:
    name = answered.user.name
    if mail.automatic:
        return Landing(
            Place.ASIDE, _("A program answered for {name}. {why}").format(name=name, why=_(mail.automatic)), answered
        )
    return Landing(
        Place.JOIN, _("It answers a mail that only {name} was sent, from their address.").format(name=name), answered
    )


def _without_secret(mail: Parsed, known: Known) -> Landing:
    if known.sender and known.sender.is_colleague:
        return _waits(Cause.OURSELVES, _("It says that it comes from a colleague, who would write at the desk."))
    if known.sender and not known.sender.is_active:
        return _waits(Cause.RETIRED, _("It says that it comes from somebody who was retired."))
    if not known.is_writable:
        return _waits(Cause.SENDER, _("Its sender’s address is none that we could write to."))
    if mail.automatic and mail.list_id:
        return _waits(Cause.LIST, _("It comes through the mailing list {name}.").format(name=mail.list_id))
    if mail.automatic:
        return _waits(Cause.PROGRAM, _(mail.automatic))
    return Landing(Place.OPEN, _("It answers nothing of ours, so it is a case of its own."))


def _waits(cause: str, why: str) -> Landing:
    return Landing(Place.QUARANTINE, why, cause=cause)


def _is_of(mail: Parsed, participant: Participant) -> bool:
    return mail.sender is not None and mail.sender.address.lower() == participant.user.email.lower()
