"""Header values as people read them."""

import re
from binascii import Error, a2b_base64, a2b_qp
from collections.abc import Iterator

from tandem.kit.text import one_line
from tandem.submit.parsing.charsets import decoded
from tandem.submit.parsing.limits import Part

MOST_TEXT = 1_000
MOST_IDS = 100

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]{0,1000})\?=")
_ID = re.compile(r"<[^<>\s]{1,248}>")  # what the columns keep: one that were cut would match no other


def raw(part: Part, name: str) -> list[str]:
    """All values of this header, topmost first, unfolded, nothing decoded but bytes that are no ASCII."""
    return [_without_bytes(value) for key, value in part.raw_items() if key.lower() == name]


def first(part: Part, name: str) -> str:
    return next(iter(raw(part, name)), "")


def line(part: Part, name: str, *, most: int = MOST_TEXT) -> str:
    """The first value of this header as one line of text."""
    return one_line(text(first(part, name)), most=most)


def text(value: str) -> str:
    """A value with its encoded words (RFC 2047) decoded."""
    return "".join(run if isinstance(run, str) else decoded(run[1], run[0]) for run in _runs(value))


def ids(value: str) -> list[str]:
    """The Message-IDs in a value, with their angle brackets; at most the last 100, and none of over 250 characters."""
    return [found for found in _ID.findall(value) if found.isprintable()][-MOST_IDS:]


def _without_bytes(value: str) -> str:
    flat = value.replace("\r", "").replace("\n", "")
    return flat if flat.isascii() else decoded(flat.encode("ascii", "surrogateescape"))


def _runs(value: str) -> Iterator[str | tuple[str, bytes]]:
    """Plain text, and (charset, bytes); words next to each other are one run: they may share a character."""
    end, charset, data = 0, "", b""
    for word in _WORD.finditer(value):
        gap = value[end : word.start()]
        goes_on = bool(charset) and not gap.strip()
        if charset and not (goes_on and word[1].lower() == charset):
            yield charset, data
            data = b""
        if not goes_on:
            yield gap
        end, charset, data = word.end(), word[1].lower(), data + _bytes_of(word[2], word[3])
    if charset:
        yield charset, data
    yield value[end:]


def _bytes_of(encoding: str, encoded: str) -> bytes:
    if encoding in "qQ":
        return a2b_qp(encoded.encode(), header=True)
    try:
        return a2b_base64(encoded.encode() + b"===")
    except Error:
        return b""
