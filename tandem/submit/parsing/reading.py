"""From bytes to what we keep."""

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from traceback import format_exception
from typing import Any

from tandem.kit import limited
from tandem.kit.mailbox import Mailbox, is_address
from tandem.kit.text import gettext_noop, one_line
from tandem.submit.parsing import automatic, bodies, headers, mailboxes, opening, reports, words
from tandem.submit.parsing.limits import MOST_RECIPIENTS, Part, structure
from tandem.submit.parsing.shapes import Parsed, Unparseable

FIRST_TRY, SECOND_TRY = 3, 2  # seconds of computing
MOST_VERDICTS = 20
MOST_DELIVERED = 10
DELIVERED = ("delivered-to", "x-original-to", "envelope-to")
YEARS = range(1990, 2100)

log = logging.getLogger(__name__)


def read(raw: bytes) -> Parsed:
    """The mail, read in a limited child process. Whatever its bytes, it returns or raises `Unparseable`; or `limited.Hindered`, which is not its fault."""
    try:
        told = _told(raw)
    except limited.Stopped as stopped:
        raise Unparseable(str(stopped)) from stopped
    if "unparseable" in told:
        if told["because"]:
            log.error("A mail could not be parsed: %s", told["because"])
        raise Unparseable(told["unparseable"])
    return Parsed.from_json(told)


def parse(raw: bytes, *, plainly: bool = False) -> Parsed:
    """The mail; `plainly` without markup, its files unopened. Only for the child and for tests: some bytes need limits. Raises `Unparseable`."""
    try:
        return _parsed(raw, plainly)
    except (Unparseable, MemoryError):
        raise
    except Exception as error:
        raise Unparseable(gettext_noop("The mail is broken in a way we do not know yet.")) from error


def tell(raw: bytes, *, plainly: bool = False) -> dict[str, Any]:
    """For the child: what `Parsed.from_json` takes, or {"unparseable": why, "because": traceback}."""
    try:
        return parse(raw, plainly=plainly).as_json()
    except Unparseable as refusal:
        cause = refusal.__cause__
        return {"unparseable": refusal.sentence, "because": cause and "".join(format_exception(cause))}


def tell_plainly(raw: bytes) -> dict[str, Any]:
    return tell(raw, plainly=True)


def _told(raw: bytes) -> dict[str, Any]:
    try:
        return limited.run(f"{__name__}:tell", raw, cpu_seconds=FIRST_TRY)
    except limited.Stopped:
        # Mostly it is the HTML that is tangled, and the words are good.
        return limited.run(f"{__name__}:tell_plainly", raw, cpu_seconds=SECOND_TRY)


def _parsed(raw: bytes, plainly: bool) -> Parsed:
    mail = structure(raw)
    return Parsed(**_envelope(mail), **_contents(mail, plainly))


def _envelope(mail: Part) -> dict[str, Any]:
    sender, flaw = _sender(mail)
    return {
        "sender": sender,
        "sender_flaw": flaw,
        **_recipients(mail),
        "delivered_to": _delivered_to(mail),
        "subject": headers.line(mail, "subject"),
        "message_id": next(iter(headers.ids(headers.first(mail, "message-id"))), ""),
        "in_reply_to": next(iter(headers.ids(headers.first(mail, "in-reply-to"))), ""),
        "references": headers.ids(headers.first(mail, "references")),
        "date_told": headers.line(mail, "date", most=100),
        "date": _date(headers.line(mail, "date", most=100)),
        "automatic": automatic.reason(mail, sender),
        "list_id": automatic.only_list(mail, sender),
        "authentication_results": headers.raw(mail, "authentication-results")[:MOST_VERDICTS],
    }


def _sender(mail: Part) -> tuple[Mailbox | None, str]:
    told = headers.raw(mail, "from")
    mailboxes_told, is_plain = mailboxes.read(", ".join(told))
    sender = mailboxes_told[0] if mailboxes_told else None
    if not "".join(told).strip():
        return None, gettext_noop("It names no sender.")
    if len(told) > 1 or len(mailboxes_told) > 1:
        return sender, gettext_noop("It names more than one sender.")
    if not sender or not is_plain:
        return sender, gettext_noop("Its sender is written so that programs read it differently.")
    return sender, ""


def _recipients(mail: Part) -> dict[str, list[Mailbox]]:
    names = {"to": "to", "cc": "cc", "reply_to": "reply-to"}
    told = {key: mailboxes.read(", ".join(headers.raw(mail, name))).mailboxes for key, name in names.items()}
    if sum(map(len, told.values())) > MOST_RECIPIENTS:
        raise Unparseable(gettext_noop("The mail names more than 500 recipients."))
    return told


def _delivered_to(mail: Part) -> list[str]:
    told = [one_line(value, most=300).strip("<>") for name in DELIVERED for value in headers.raw(mail, name)]
    return [address for address in told if is_address(address)][:MOST_DELIVERED]


def _date(told: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(told)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return date.replace(tzinfo=date.tzinfo or UTC) if date.year in YEARS else None


def _contents(mail: Part, plainly: bool) -> dict[str, Any]:
    found = list(bodies.gather(mail))
    files = [part for part in found if isinstance(part, Part)]
    opened = opening.look(mail, files, closed=plainly)
    said = words.fields([stretch for stretch in found if isinstance(stretch, words.Words)], plainly=plainly)
    if opened.words and not said["text"].strip():
        said = words.fields(opened.words, plainly=plainly)
    return {
        **said,
        "attachments": opened.files,
        "inside": opened.inside,
        "delivery_reports": reports.read(mail, files),
    }
