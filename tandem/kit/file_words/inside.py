"""What the limited child does with a file: its words, from whatever holds them."""

import json
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from typing import Any

from tandem.kit.file_words import office, pages
from tandem.kit.masking import inside as masked
from tandem.kit.masking.text import find, hide
from tandem.kit.text import readable

HEAD = 8_000
LETTERS_OF_TEXT = 1_000_000
"""Characters read of one file, however many of them are kept."""


def covered(told: bytes) -> str:
    """A line with {"most": characters}, as JSON, then the file."""
    asked, data = _read(told)
    text = _all_of(_words(data), asked["most"])
    return hide(text, find(text), masked.SIGN)


def stand_within(told: bytes) -> bool:
    """A line with {"text": …}, as JSON, then the file."""
    asked, data = _read(told)
    return " ".join(asked["text"].split()) in _all_of(_words(data), LETTERS_OF_TEXT)


def _read(told: bytes) -> tuple[dict[str, Any], bytes]:
    line, _line, data = told.partition(b"\n")
    return json.loads(line), data


def _all_of(pieces: Iterable[str], most: int) -> str:
    """In one line: where its lines broke says nothing."""
    taken, left = [], most
    for piece in pieces:
        words = " ".join(readable(piece[: LETTERS_OF_TEXT * 2]).split())[:left]
        taken.append(words)
        left -= len(words) + 1
        if left <= 0:
            break
    return " ".join(filter(None, taken))[:most]


def _words(data: bytes) -> Iterator[str]:
    head = data[:HEAD]
    if head.startswith(b"%PDF-"):
        return pages.of_pdf(data)
    if head.startswith(b"PK\x03\x04"):
        return office.words(data)
    if masked.is_wide(head) or b"\x00" not in head:
        return _of_text(data, head)
    return iter(())


def _of_text(data: bytes, head: bytes) -> Iterator[str]:
    if masked.is_mail(head):
        return _of_mail(data)
    text = data.decode("utf-16" if masked.is_wide(head) else "utf-8-sig", "replace")
    return pages.of_html(text) if masked.is_html(head) else iter([text[:LETTERS_OF_TEXT]])


def _of_mail(data: bytes) -> Iterator[str]:
    mail = message_from_bytes(data)
    yield str(mail.get("Subject", ""))
    for part in mail.walk():
        payload = part.get_payload(decode=True) if part.get_content_maintype() == "text" else None
        if isinstance(payload, bytes):
            text = payload.decode("utf-8", "replace")
            yield from pages.of_html(text) if part.get_content_subtype() == "html" else [text]
