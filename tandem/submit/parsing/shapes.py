"""What is read from a mail. Everything here can be said in JSON, and everything was said by a stranger."""

from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from tandem.kit.errors import Refused
from tandem.kit.mailbox import Mailbox


class Unparseable(Refused):
    """This mail cannot be read safely."""

    status = 422


@dataclass
class Attachment:
    name: str
    claimed_type: str
    """As their program named it, "image/png". Never to be believed, nor served."""
    size: int
    """In bytes."""
    content_id: str
    is_inline: bool
    base64: str

    @property
    def content(self) -> bytes:
        return b64decode(self.base64)

    @classmethod
    def of(cls, content: bytes, *, name: str) -> Self:
        """A file that was taken out of another one."""
        return cls(name, "application/octet-stream", len(content), "", False, b64encode(content).decode())


@dataclass
class Inside:
    """What a file of the mail, or a seal on it, turned out to be: facts, of which `telling` makes a sentence."""

    kind: str
    """invitation, cancellation, answer, forwarded, outlook, signed, sealed, encrypted or unopened."""
    told: dict[str, str] = field(default_factory=dict)


@dataclass
class DeliveryReport:
    """What became of a mail of ours on its way to one recipient (RFC 3464)."""

    recipient: str
    action: str
    """failed, delayed, delivered, relayed or expanded; complained, if they called it unwanted."""
    status: str
    """Like "5.1.1": 5 for ever, 4 for now, 2 arrived."""
    diagnosis: str
    message_id: str
    """Of our mail, if the report brings its headers along."""


@dataclass
class Parsed:
    """A mail as it presents itself. Texts are "" where it says nothing; Message-IDs keep their angle brackets."""

    sender: Mailbox | None = None
    sender_flaw: str = ""
    """Why From does not name exactly one person, as a sentence; "" when it does."""
    reply_to: list[Mailbox] = field(default_factory=list)
    to: list[Mailbox] = field(default_factory=list)
    cc: list[Mailbox] = field(default_factory=list)
    delivered_to: list[str] = field(default_factory=list)
    """Addresses our own servers noted on the way (Delivered-To, X-Original-To, Envelope-To), topmost first."""
    subject: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    """Oldest first, at most the last 100."""
    date_told: str = ""
    date: datetime | None = None
    """As they tell it, with a zone; None if that cannot be. It may lie: order by arrival."""
    automatic: str | None = None
    """Why no person seems to have sent it, as a sentence. Such a mail is never answered automatically."""
    list_id: str = ""
    """Of the mailing list it came through, if nothing but that makes it look like a program's."""
    authentication_results: list[str] = field(default_factory=list)
    """Each header as it stands, topmost first. Only one our own server wrote means anything."""
    delivery_reports: list[DeliveryReport] = field(default_factory=list)
    text: str = ""
    """The plain text they sent, or else the words of their HTML."""
    fresh: str = ""
    quoted: str = ""
    """`text` in two: what they wrote now, and the conversation quoted below. Together they are the whole."""
    html: str = ""
    """As it came, never to be shown."""
    attachments: list[Attachment] = field(default_factory=list)
    inside: list[Inside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was left out of the above, as sentences; the raw mail still has it."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"date": self.date and self.date.isoformat()}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        lists = {name: [Mailbox(*mailbox) for mailbox in told[name]] for name in ("reply_to", "to", "cc")}
        return cls(
            **told
            | lists
            | {
                "sender": Mailbox(*told["sender"]) if told["sender"] else None,
                "date": datetime.fromisoformat(told["date"]) if told["date"] else None,
                "delivery_reports": [DeliveryReport(**report) for report in told["delivery_reports"]],
                "attachments": [Attachment(**attachment) for attachment in told["attachments"]],
                "inside": [Inside(**inside) for inside in told["inside"]],
            }
        )
