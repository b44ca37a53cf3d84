"""winmail.dat (TNEF): the words and files that Outlook wraps up in it."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from tandem.submit.parsing.charsets import decoded

KINDS = ("application/ms-tnef", "application/vnd.ms-tnef")
MOST_OBJECTS = 2_000
MOST_FILES = 100
MOST_BYTES = 30_000_000
MOST_COPIED = 2_000_000_000  # bytes
SIGNATURE = b"\x78\x9f\x3e\x22"

_HEAD, _TAIL = 9, 2  # level, name, type and length before the data of an object; a checksum behind it


class Unpacked(NamedTuple):
    text: str
    html: str
    files: list[tuple[str, bytes]]
    """Name as told, and bytes."""


def unpack(data: bytes) -> Unpacked:
    """Everything in it. Raises ValueError when it is larger than any honest one, and whatever else when it is broken."""
    if not data.startswith(SIGNATURE) or len(data) > MOST_BYTES or _is_endless(data):
        raise ValueError
    from tnefparse import TNEF  # only few mails need it

    inside = TNEF(data, do_checksum=False)
    files = [(_text(one.long_filename() or one.name), one.data) for one in inside.attachments[:MOST_FILES]]
    return Unpacked(
        _text(inside.body), _text(inside.htmlbody), [(name, bytes(content)) for name, content in files if content]
    )


def _is_endless(data: bytes) -> bool:
    """The library copies all that is left for each object: many of them would cost a square of time."""
    objects = list(islice(_objects(data), MOST_OBJECTS + 1))
    return len(objects) > MOST_OBJECTS or sum(len(data) - at for at in objects) > MOST_COPIED


def _objects(data: bytes) -> Iterator[int]:
    at = 6
    while at + _HEAD + _TAIL < len(data):
        yield at
        at += _HEAD + int.from_bytes(data[at + 5 : at + _HEAD], "little") + _TAIL


def _text(told: Any) -> str:
    told = told[0] if isinstance(told, list | tuple) and told else told
    return decoded(told, "cp1252").strip("\0") if isinstance(told, bytes) else str(told or "").strip("\0")
