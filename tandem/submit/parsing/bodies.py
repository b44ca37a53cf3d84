"""The texts and files inside a mail."""

import re
from base64 import b64encode
from binascii import Error, a2b_base64, a2b_qp
from collections.abc import Iterator
from mimetypes import MimeTypes
from string import ascii_letters, digits

from tandem.kit import text as kit_text
from tandem.submit.parsing import headers
from tandem.submit.parsing.charsets import decoded
from tandem.submit.parsing.limits import ODD_PARAMETERS, Part
from tandem.submit.parsing.shapes import Attachment
from tandem.submit.parsing.words import Words

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}\Z")
_NOT_BASE64 = bytes(set(range(256)) - {*ascii_letters.encode(), *digits.encode(), *b"+/"})
_ENDINGS = MimeTypes()  # as Python knows them, whatever this machine has in /etc/mime.types
_ENDINGS.add_type("text/calendar", ".ics")


def gather(part: Part, inside: Words | None = None) -> Iterator[Words | Part]:
    """In their order: the stretches of the message itself, and the parts that are files."""
    if part.parts:
        if part.claimed_type == "multipart/alternative" and inside is None:
            yield (inside := Words())
        for child in part.parts:
            yield from gather(child, inside)
    elif not _is_said(part):
        yield part
    elif inside is None:
        yield (alone := Words())
        _say(part, alone)
    else:
        _say(part, inside)


def attachment(part: Part, number: int) -> Attachment:
    data = content(part)
    kind = part.claimed_type if _TYPE.match(part.claimed_type) else "application/octet-stream"
    content_id = headers.line(part, "content-id", most=300).strip("<>")
    return Attachment(
        name=_file_name(part) or f"attachment-{number}{_ending(kind)}",
        claimed_type=kind,
        size=len(data),
        content_id=content_id,
        is_inline=part.get_content_disposition() != "attachment" and bool(content_id),
        base64=b64encode(data).decode(),
    )


def content(part: Part) -> bytes:
    """The bytes of a part, as well as they can be decoded."""
    match headers.first(part, "content-transfer-encoding").strip().lower():
        case "base64":
            return _base64(part.source)
        case "quoted-printable":
            return a2b_qp(part.source)
    return part.source


def parameter(part: Part, name: str, header: str = "content-type") -> str:
    try:
        told = part.get_param(name, "", header)
    except ODD_PARAMETERS:
        return ""
    return told if isinstance(told, str) else ""


def _say(part: Part, words: Words) -> None:
    form = words.html if part.claimed_type == "text/html" else words.plain
    form.append(decoded(content(part), parameter(part, "charset")))


def _is_said(part: Part) -> bool:
    if part.claimed_type not in ("text/plain", "text/html") and not part.claimed_type.startswith("multipart/"):
        return False
    return part.get_content_disposition() != "attachment" and not _file_name(part)


def _file_name(part: Part) -> str:
    try:
        told = part.get_filename("")
    except ODD_PARAMETERS:
        told = parameter(part, "name")
    if not told.isascii():
        told = decoded(told.encode("utf-8", "surrogateescape"))
    return kit_text.file_name(headers.text(told))


def _ending(kind: str) -> str:
    return _ENDINGS.guess_extension(kind) or ""


def _base64(data: bytes) -> bytes:
    try:
        return a2b_base64(data)
    except Error:
        letters = data.translate(None, _NOT_BASE64)
        return a2b_base64(letters[: len(letters) // 4 * 4])
