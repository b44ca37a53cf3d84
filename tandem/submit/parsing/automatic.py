"""Whether a program sent it (RFC 3834 and what programs do instead). Such mail is kept, and never answered by one of ours."""

import re

from tandem.kit.mailbox import Mailbox
from tandem.kit.text import gettext_noop
from tandem.submit.parsing import headers, reports
from tandem.submit.parsing.limits import Part

_A_MACHINE = re.compile(
    r"(?:mailer-daemon|postmaster|owner-.*|.*-(?:request|owner|bounces?)|(?:do-?not|no)-?reply)(?:\+.*)?\Z",
    re.IGNORECASE,
)
_SUPPRESSED = re.compile(r"\b(?:all|oof|autoreply)\b", re.IGNORECASE)
_LIST = re.compile(r"<([\x21-\x3b\x3d\x3f-\x7e]{1,255})>\s*\Z")
_KEYWORD = re.compile(r"[^\s;(]*")


def reason(mail: Part, sender: Mailbox | None) -> str | None:
    """Why nobody seems to have written this by hand, in a sentence; None if somebody does."""
    return _of_a_program(mail, sender) or _of_a_list(mail)


def only_list(mail: Part, sender: Mailbox | None) -> str:
    """The List-Id of the mailing list it came through, if nothing else makes it look like a program's; else ""."""
    named = _LIST.search(headers.first(mail, "list-id"))
    return named[1].lower() if named and not _of_a_program(mail, sender) else ""


def _of_a_list(mail: Part) -> str | None:
    if headers.raw(mail, "list-id") or _word(mail, "precedence") == "list":
        return gettext_noop("It comes from a mailing list.")
    return None


def _of_a_program(mail: Part, sender: Mailbox | None) -> str | None:
    if _word(mail, "auto-submitted") not in ("", "no"):
        return gettext_noop("It says that it was sent automatically.")
    if mail.claimed_type in reports.WHOLE:
        return gettext_noop("It reports what became of another mail.")
    if headers.first(mail, "return-path").strip() == "<>":
        return gettext_noop("It comes from nobody who could be answered, as returned mail does.")
    if _word(mail, "precedence") in ("bulk", "junk", "auto_reply"):
        return gettext_noop("It says that it was sent to many.")
    if _SUPPRESSED.search(headers.first(mail, "x-auto-response-suppress")):
        return gettext_noop("It asks not to be answered automatically.")
    if headers.raw(mail, "x-autoreply") or headers.raw(mail, "x-autorespond"):
        return gettext_noop("It says that it is an automatic answer.")
    if sender and _A_MACHINE.match(sender.address.rpartition("@")[0]):
        return gettext_noop("Its sender’s address is that of a program.")
    return None


def _word(mail: Part, name: str) -> str:
    found = _KEYWORD.match(headers.first(mail, name).strip().lower())
    return found[0] if found else ""
