"""One text taken out of a file, as far as it can be: where it stands as letters it is replaced, else the file is for the bin."""

import enum
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from urllib.parse import quote

from tandem.kit.masking.files import is_text, stands_within


class Place(enum.Enum):
    NOWHERE = enum.auto()
    PLAINLY = enum.auto()
    """It can be replaced."""
    WITHIN = enum.auto()
    """In what is no text, or encoded: nothing of the file may stay."""


def place_of(text: str, read: Callable[[], Iterator[bytes]]) -> Place:
    """Where the text stands in a file. Raises `limited.Stopped`."""
    plain, encoded = _spellings(text), _encoded(text)
    if _stands(encoded, read()) or stands_within(read, text):
        return Place.WITHIN
    if _stands(plain, read()):
        return Place.PLAINLY if is_text(next(read(), b"")) else Place.WITHIN
    return Place.NOWHERE


def without(text: str, pieces: Iterator[bytes], *, sign: str) -> Iterator[bytes]:
    """The file with the sign wherever the text stands as letters."""
    spelled, instead = _spellings(text), sign.encode()
    keep, rest = max(map(len, spelled)) - 1, b""
    for piece in pieces:
        rest += piece
        for spelling in spelled:
            rest = rest.replace(spelling, instead)
        yield rest[:-keep]
        rest = rest[-keep:]
    yield rest


def _stands(spelled: list[bytes], pieces: Iterator[bytes]) -> bool:
    keep, rest = max(map(len, spelled)) - 1, b""
    for piece in pieces:
        rest += piece
        if any(spelling in rest for spelling in spelled):
            return True
        rest = rest[-keep:]
    return False


def _spellings(text: str) -> list[bytes]:
    """As it is, as JSON has it, and as an address has it; the longest first."""
    told = {text, text.replace("\n", "\r\n"), json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    return sorted({spelling.encode() for spelling in told | {quote(text), quote(text, safe="")}}, key=len, reverse=True)


def _encoded(text: str) -> list[bytes]:
    """In two bytes a letter, and in base64 wherever in a triple of bytes it begins."""
    wide = [text.encode("utf-16-le"), text.encode("utf-16-be")]
    return wide + [_in_base64(text.encode(), offset) for offset in range(3)]


def _in_base64(content: bytes, offset: int) -> bytes:
    """Without the letters that it shares with what stands before and behind it."""
    whole = b64encode(b"\0" * offset + content).rstrip(b"=")
    shared = 1 if (offset + len(content)) % 3 else 0
    return whole[(0, 2, 3)[offset] : len(whole) - shared]
