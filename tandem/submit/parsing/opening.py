"""What the files of a mail hold: each stays as it came, and what can be said of it or taken out of it stands beside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tandem.kit.text import file_name, one_line
from tandem.submit.parsing import bodies, headers, invitations, mailboxes, outlook
from tandem.submit.parsing.limits import Part, head_of
from tandem.submit.parsing.shapes import Attachment, Inside
from tandem.submit.parsing.words import Words

FORWARDED = ("message/rfc822", "message/global")
SEALS = {
    "signed": ("multipart/signed", "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"),
    "sealed": ("application/pkcs7-mime", "application/x-pkcs7-mime"),
    "encrypted": ("multipart/encrypted", "application/pgp-encrypted"),
}  # fmt: skip
ARMOURED = b"-----BEGIN PGP MESSAGE-----"


@dataclass
class Opened:
    files: list[Attachment] = field(default_factory=list)
    inside: list[Inside] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    """What Outlook wrapped up; shown only where the mail itself says nothing."""


def look(mail: Part, parts: Iterable[Part], *, closed: bool) -> Opened:
    """`closed` leaves all of them as they are: for the second try, when the first one cost too much."""
    opened = Opened(inside=[*map(Inside, _seals(mail))])
    for number, part in enumerate(parts, 1):
        file = bodies.attachment(part, number)
        opened.files.append(file)
        if act := _way_in(part, file):
            _attempt(act, opened, file, closed)
    return opened


def _seals(part: Part) -> set[str]:
    kinds = {kind for kind, types in SEALS.items() if part.claimed_type in types}
    if part.source.lstrip().startswith(ARMOURED):
        kinds.add("encrypted")
    return kinds.union(*map(_seals, part.parts))


def _way_in(part: Part, file: Attachment) -> Callable[[Opened, Attachment], None] | None:
    if part.claimed_type in FORWARDED:
        return _glance
    if part.claimed_type in outlook.KINDS or file.name.lower() == "winmail.dat":
        return _unwrap
    return _invite if part.claimed_type in invitations.KINDS else None


def _attempt(act: Callable[[Opened, Attachment], None], opened: Opened, file: Attachment, closed: bool) -> None:
    try:
        if closed:
            raise ValueError
        act(opened, file)
    except MemoryError:
        raise
    except Exception:  # libraries raise what they like over broken bytes
        opened.inside.append(Inside("unopened", {"name": file.name}))


def _unwrap(opened: Opened, file: Attachment) -> None:
    unpacked = outlook.unpack(file.content)
    for number, (name, content) in enumerate(unpacked.files, 1):
        opened.files.append(Attachment.of(content, name=file_name(name) or f"winmail-{number}"))
    if unpacked.text.strip() or unpacked.html.strip():
        opened.words.append(Words([unpacked.text], [unpacked.html] if unpacked.html.strip() else []))
    opened.inside.append(Inside("outlook", {"name": file.name, "files": str(len(unpacked.files))}))


def _invite(opened: Opened, file: Attachment) -> None:
    opened.inside += invitations.read(file.content)


def _glance(opened: Opened, file: Attachment) -> None:
    """The head of a mail within; what lies deeper is the matter of whoever opens it."""
    head = head_of(file.content)
    sender = next(iter(mailboxes.read(headers.first(head, "from")).mailboxes), None)
    subject = headers.line(head, "subject", most=200)
    by = one_line(f"{sender.name} <{sender.address}>", most=300) if sender else ""
    opened.inside.append(Inside("forwarded", {"by": by, "what": subject, "at": headers.line(head, "date", most=100)}))
    if subject and file.name.startswith("attachment-"):
        file.name = file_name(f"{subject}.eml") or file.name
