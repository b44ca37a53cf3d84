"""Secrets in files: read in the limited child, a piece at a time, for they are hostile and may be large.

Text is cut between lines. A recording of a browser (HAR), a page (HTML), and text of two bytes a letter, is read as a whole. What is
broken off, a mail whose parts are encoded, or a page that hides one in its tags, cannot be covered: whoever keeps it closes it as a whole.
"""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Any

from tandem.kit import limited
from tandem.kit.masking import inside
from tandem.kit.masking.text import Secret

WHOLE = 30_000_000
PIECE = 1_000_000
HEAD = 8_000
LONGEST_KEY = 20_000
CPU_SECONDS, WALL_SECONDS = 120, 300
CUTS = (b"\n", b" ", b",", b";", b"&")

Read = Callable[[], Iterator[bytes]]
"""The bytes of a file from their beginning, as often as it is called."""


class CannotCover(Exception):
    """There are secrets in this file that cannot be covered without breaking it, or it is too large to look for them."""


def is_text(head: bytes) -> bool:
    return inside.is_wide(head) or b"\x00" not in head[:HEAD]


def find_in_file(read: Read) -> list[Secret]:
    """Each once; none in what is no text. Raises `CannotCover`, and `limited.Stopped` when it cannot be searched."""
    found: dict[str, Secret] = {}
    for part in _parts(read):
        told = _ask("find", part)
        found |= {value: Secret(kind, value, 0) for kind, value in told["secrets"]}
        if told["is_closed"]:
            raise CannotCover
    return [*found.values()]


def cover_file(read: Read, secrets: list[Secret]) -> Iterator[bytes]:
    """The file with a sign in place of its secrets, also where those of one part stand again in another."""
    values = json.dumps([secret.value for secret in secrets]).encode()
    for part in _parts(read):
        yield b64decode(_ask("cover", values + b"\n" + part))


def stands_within(read: Read, text: str) -> bool:
    """Whether the file is a mail and the text stands in it, however its parts are encoded, or a page that spells it
    in a way of its own.
    """
    pieces = read()
    begin = _enough(b"", pieces, HEAD)
    if not (inside.is_mail(begin) or inside.is_html(begin)):
        return False
    return bool(_ask("stands_within", json.dumps(text).encode() + b"\n" + _enough(begin, pieces, WHOLE)))


def _ask(what: str, part: bytes) -> Any:
    asked = f"{inside.__name__}:{what}"
    return limited.run(asked, part, cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS)


def _parts(read: Read) -> Iterator[bytes]:
    pieces = read()
    begin = _enough(b"", pieces, HEAD)
    if not is_text(begin):
        return
    if not inside.is_one(begin):
        yield from _between_lines(begin, pieces)
    elif len(whole := _enough(begin, pieces, WHOLE)) > WHOLE:
        raise CannotCover
    else:
        yield whole


def _enough(begin: bytes, pieces: Iterator[bytes], size: int) -> bytes:
    taken, so_far = [begin], len(begin)
    while so_far <= size and (piece := next(pieces, None)) is not None:
        taken.append(piece)
        so_far += len(piece)
    return b"".join(taken)


def _between_lines(begin: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = begin
    while len(part := _enough(rest, pieces, PIECE)) > PIECE:
        cut = _cut(part)
        yield part[:cut]
        rest = part[cut:]
    yield part


def _cut(part: bytes) -> int:
    """Behind a line, or else a word, and never within a private key."""
    key = part.rfind(b"-----BEGIN", len(part) - LONGEST_KEY)
    if key > 0 and b"-----END" not in part[key:]:
        return key
    return next((at + 1 for at in (part.rfind(cut, len(part) // 2) for cut in CUTS) if at > 0), len(part))
