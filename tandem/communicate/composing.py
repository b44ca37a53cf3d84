"""A mail as bytes, 7-bit, ready for any server. Nothing in a name or a subject can become a header or a recipient."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import get_language

from tandem.kit import clock
from tandem.kit.errors import Refused
from tandem.kit.mailbox import is_address
from tandem.kit.text import file_name, one_line, readable

MOST_REFERENCES = 20
LONGEST_SUBJECT = 300
LONGEST_NAME = 100

# Not the newer policies: they take values apart and fold them anew, which has let commas and newlines through.
_WIRE = compat32.clone(linesep="\r\n")
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP

_PLAIN_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~ -]*\Z")
_ID = re.compile(r"<[!-;=?-~]{3,250}>\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z")
_PAGE = re.compile(r"https?://[!-;=?-~]{3,800}\Z")
_TYPE = re.compile(r"(application|audio|font|image|text|video)/[A-Za-z0-9.+_-]{1,80}\Z")


class Unmailable(Refused):
    """This is not an address mail can be sent to."""

    status = 422


class Enclosure(NamedTuple):
    """A file to send along."""

    name: str
    content_type: str
    content: bytes


def compose(
    *,
    sender: tuple[str, str],
    to: Sequence[tuple[str, str]],
    cc: Sequence[tuple[str, str]] = (),
    subject: str,
    text: str,
    message_id: str,
    reply_to: str = "",
    references: Sequence[str] = (),
    automatic: bool = False,
    list_id: str = "",
    unsubscribe: str = "",
    attachments: Sequence[Enclosure] = (),
    at: datetime | None = None,
) -> bytes:
    """The whole mail, lines ended by CRLF: the text, and the same as simple HTML, from and to (name, address)es.

    `unsubscribe` is the address of a page that takes one click (RFC 8058); `list_id` says that it is passed on to many.
    `message_id` and `references` (oldest first; the last one is answered) are in angle brackets; references that are
    no Message-IDs are left out. The same arguments give the same bytes. Raises `Unmailable`.
    """
    mail = _body(text, subject, message_id)
    if attachments:
        mail = _with_files(mail, attachments, message_id)
    mail["From"] = _mailbox(*sender)
    mail["To"] = _mailboxes(to)
    if cc:
        mail["Cc"] = _mailboxes(cc)
    if reply_to:
        mail["Reply-To"] = _address(reply_to)
    mail["Subject"] = _phrase(subject, LONGEST_SUBJECT)
    mail["Date"] = format_datetime(at or clock.now())
    _place_in_thread(mail, message_id, references)
    if automatic:
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
    if list_id:
        mail["List-Id"] = f"<{_must(_DOMAIN, list_id)}>"
        mail["Precedence"] = "list"
        mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if unsubscribe:
        mail["List-Unsubscribe"] = f"<{_must(_PAGE, unsubscribe)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail.as_bytes(policy=_WIRE)


def _body(text: str, subject: str, message_id: str) -> Message:
    words = {"text": text, "subject": one_line(subject, most=LONGEST_SUBJECT), "language": get_language()}
    mail = MIMEMultipart("alternative", _boundary("body", message_id))
    mail.attach(_text(readable(text), "plain"))
    mail.attach(_text(render_to_string("communicate/mail/letter.html", words), "html"))
    return mail


def _with_files(body: Message, attachments: Sequence[Enclosure], message_id: str) -> Message:
    mail = MIMEMultipart("mixed", _boundary("files", message_id))
    del body["MIME-Version"]
    mail.attach(body)
    for enclosure in attachments:
        mail.attach(_file(enclosure))
    return mail


def _text(text: str, kind: str) -> Message:
    part = MIMEText("", kind)
    del part["Content-Transfer-Encoding"]
    part.set_payload(text, _UTF8)
    return part


def _file(enclosure: Enclosure) -> Message:
    told = enclosure.content_type
    part = MIMEBase(*(told if _TYPE.match(told) else "application/octet-stream").split("/"))
    part.set_payload(enclosure.content)
    encode_base64(part)
    name = file_name(enclosure.name) or "file"
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part


def _boundary(of: str, message_id: str) -> str:
    """The same for each attempt; "=_" stands in neither base64 nor quoted-printable."""
    return "=_" + hashlib.sha256(f"{of} {message_id}".encode()).hexdigest()[:32]


def _mailboxes(people: Sequence[tuple[str, str]]) -> str:
    return ", ".join(_mailbox(*one) for one in people)


def _mailbox(name: str, address: str) -> str:
    phrase = _phrase(name, LONGEST_NAME)
    if isinstance(phrase, str) and not _PLAIN_WORDS.match(phrase):
        phrase = '"' + phrase.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{phrase} <{_address(address)}>" if str(phrase) else _address(address)


def _phrase(words: str, most: int) -> str:
    """One line of ASCII; as encoded words if it is not, or looks like some already."""
    line = one_line(words, most=most)
    if line.isascii() and "=?" not in line:
        return line
    return Header(line, "utf-8", maxlinelen=74).encode(linesep="\r\n")


def _address(address: str) -> str:
    local, _at, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        raise Unmailable from None
    if not (is_address(address) and local.isascii()):
        raise Unmailable
    return f"{local}@{ascii_domain}"


def _place_in_thread(mail: Message, message_id: str, references: Sequence[str]) -> None:
    mail["Message-ID"] = _must(_ID, message_id)
    if known := [told for told in references if _ID.match(told)][-MOST_REFERENCES:]:
        mail["In-Reply-To"] = known[-1]
        mail["References"] = " ".join(known)


def _must(shape: re.Pattern[str], value: str) -> str:
    if not shape.match(value):
        raise ValueError(f"{value!r} is not what this header may say.")
    return value
