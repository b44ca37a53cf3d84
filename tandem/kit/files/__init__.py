"""Files at rest: random names, safe before the row that names them commits. Where they rest is a setting."""

import hashlib
import io
import secrets
import shutil
from collections.abc import Iterable, Iterator
from errno import EDQUOT, ENOSPC
from typing import Any, NamedTuple

import filetype
from django.conf import settings
from django.utils.translation import gettext as _

from tandem.kit.errors import Invalid, Refused
from tandem.kit.files.shelf import Kept, Shelf, shelf
from tandem.kit.text import file_name

__all__ = ["Kept", "NoRoom", "Shelf", "Stored", "TooLarge", "read", "shelf", "store", "weighed"]

# What a browser may be told a file is. All else is bytes.
SHOWN_AS = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "application/zip",
    "text/plain",
}
# Kinds whose bytes are no text, so that no words in them can be read or changed.
NO_TEXT = SHOWN_AS - {"text/plain"}
PIECE = 64 * 1024
NO_ROOM = {ENOSPC, EDQUOT}


class Stored(NamedTuple):
    name: str
    content_type: str
    size: int
    sha256: str
    stored_as: str
    content_id: str = ""
    """What the HTML of the same mail calls it: `<img src="cid:…">`."""


class TooLarge(Invalid):
    """That file is larger than we take."""


class NoRoom(Refused):
    """There is no room for files here at the moment. Nothing was kept; send it again later, or without the files."""

    status = 507


def store(chunks: Iterable[bytes], *, name: str, is_ours: bool = False) -> Stored:
    """Write it where files rest, so that it stays. Content type by the bytes, never by what was claimed.

    What we make of a file that we took, `is_ours`, may be larger than what we take.
    """
    kept_name = file_name(name, most=200) or "file"
    stored_as, incoming = secrets.token_hex(16), _Incoming(chunks, kept_name, is_ours)
    _leave_room()
    try:
        shelf().put(stored_as, io.BufferedReader(incoming, PIECE))
    except OSError as error:
        if error.errno in NO_ROOM:
            raise NoRoom from error
        raise
    return Stored(kept_name, _sniffed(incoming.head), incoming.size, incoming.digest.hexdigest(), stored_as)


def read(stored_as: str, *, first: int = 0, last: int | None = None) -> Iterator[bytes]:
    """Its bytes from `first` to `last`, both counted from 0, piece by piece."""
    with shelf().open(stored_as, first=first, last=last) as file:
        left = None if last is None else last - first + 1
        while piece := file.read(PIECE if left is None else min(PIECE, left)):
            left = None if left is None else left - len(piece)
            yield piece


class _Incoming(io.RawIOBase):
    """What arrives, read as a file: counted, weighed and fingerprinted on its way. Raises TooLarge."""

    def __init__(self, chunks: Iterable[bytes], name: str, is_ours: bool) -> None:
        self.is_ours = is_ours
        self.chunks, self.name, self.rest = iter(chunks), name, b""
        self.digest, self.size, self.head = hashlib.sha256(), 0, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.rest:
            if (chunk := next(self.chunks, None)) is None:
                return 0
            self.rest = self._counted(bytes(chunk))
        piece, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def _counted(self, chunk: bytes) -> bytes:
        self.head, self.size = self.head or chunk[:261], self.size + len(chunk)
        if self.size > settings.UPLOAD_LIMIT and not self.is_ours:
            most = settings.UPLOAD_LIMIT // 1_000_000
            raise TooLarge(_("“{name}” is larger than {n} MB.").format(name=self.name, n=most))
        self.digest.update(chunk)
        return chunk


def _leave_room() -> None:
    """The database lives on the same disk more often than not, and needs its last bytes more than we do."""
    if shutil.disk_usage(settings.DATA).free < settings.KEEP_FREE:
        raise NoRoom


def _sniffed(head: bytes) -> str:
    kind = filetype.guess(head)
    if kind is None:
        return "text/plain" if head and b"\x00" not in head else "application/octet-stream"
    return kind.mime if kind.mime in SHOWN_AS else "application/octet-stream"


def weighed(stored_as: str) -> str:
    """The SHA-256 of what is there now, as hex. Raises FileNotFoundError."""
    digest = hashlib.sha256()
    for piece in read(stored_as):
        digest.update(piece)
    return digest.hexdigest()
