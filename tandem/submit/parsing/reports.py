"""Delivery reports (RFC 3464): which mail of ours did not arrive, and why; and complaints about one (RFC 5965)."""

import re
from collections.abc import Iterable, Iterator
from email.message import Message
from email.parser import BytesHeaderParser, HeaderParser

from tandem.kit.mailbox import is_address
from tandem.kit.text import one_line
from tandem.submit.parsing import bodies, headers
from tandem.submit.parsing.charsets import decoded
from tandem.submit.parsing.limits import LONGEST_HEADER, Part
from tandem.submit.parsing.shapes import DeliveryReport

MOST_REPORTS = 100
REPORTS = ("message/delivery-status", "message/global-delivery-status")
WHOLE = ("multipart/report", *REPORTS)
COMPLAINT = "message/feedback-report"
RETURNED = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)

_BLANK = re.compile(r"\n[ \t]*\n")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


def read(mail: Part, parts: Iterable[Part]) -> list[DeliveryReport]:
    """Only of a mail that is a report as a whole (RFC 6522); one that a person put into theirs is a file."""
    if mail.claimed_type not in WHOLE:
        return []
    parts = list(parts)
    message_id = next(filter(None, map(_message_id, parts)), "")
    return [report for part in parts for report in _reports(part, message_id)][:MOST_REPORTS]


def _message_id(part: Part) -> str:
    if part.claimed_type not in RETURNED:
        return ""
    returned = BytesHeaderParser().parsebytes(bodies.content(part)[:LONGEST_HEADER])
    return next(iter(headers.ids(str(returned.get("message-id", "")))), "")


def _reports(part: Part, message_id: str) -> Iterator[DeliveryReport]:
    if part.claimed_type == COMPLAINT:
        fields = HeaderParser().parsestr(decoded(bodies.content(part)[:LONGEST_HEADER]))
        if _field(fields, "feedback-type").lower() == "abuse":
            recipient = _address(fields, "original-rcpt-to")
            yield DeliveryReport(recipient, "complained", "", _field(fields, "user-agent"), message_id)
        return
    if part.claimed_type not in REPORTS:
        return
    blocks = _BLANK.split(decoded(bodies.content(part)[:LONGEST_HEADER]))
    for fields in map(HeaderParser().parsestr, blocks[: MOST_REPORTS + 1]):
        if recipient := _address(fields, "final-recipient") or _address(fields, "original-recipient"):
            status = _STATUS.search(_field(fields, "status"))
            yield DeliveryReport(
                recipient=recipient,
                action=_field(fields, "action").lower()[:20],
                status=status[0] if status else "",
                diagnosis=_field(fields, "diagnostic-code"),
                message_id=message_id,
            )


def _address(fields: Message, name: str) -> str:
    address = _field(fields, name).rpartition(";")[2].strip(" <>")
    return address if is_address(address) else ""


def _field(fields: Message, name: str) -> str:
    return one_line(str(fields.get(name, "")), most=500)
