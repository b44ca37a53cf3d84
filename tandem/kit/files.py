"""Files at rest: random names, safe before the row that names them commits."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import filetype
from django.conf import settings
from django.utils.translation import gettext as _

from tandem.kit.errors import Invalid
from tandem.kit.text import file_name

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


class Stored(NamedTuple):
    name: str
    content_type: str
    size: int
    sha256: str
    stored_as: str


class TooLarge(Invalid):
    """That file is larger than we take."""


def store(chunks: Iterable[bytes], *, name: str) -> Stored:
    """Write to disk, sync, then give it its place. Content type by the bytes, never by what was claimed."""
    stored_as = secrets.token_hex(16)
    place = path_of(stored_as)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    draft, digest, size, head = place.with_suffix(".new"), hashlib.sha256(), 0, b""
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
        for chunk in chunks:
            head, size = head or chunk[:261], size + len(chunk)
            if size > settings.UPLOAD_LIMIT:
                draft.unlink()
                raise TooLarge(
                    _("“{name}” is larger than {n} MB.").format(name=name, n=settings.UPLOAD_LIMIT // 1_000_000)
                )
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(place)
    _sync_folder(place.parent)
    return Stored(file_name(name, most=200) or "file", _sniffed(head), size, digest.hexdigest(), stored_as)


def path_of(stored_as: str) -> Path:
    return settings.DATA / "files" / stored_as[:2] / stored_as


def _sniffed(head: bytes) -> str:
    kind = filetype.guess(head)
    if kind is None:
        return "text/plain" if head and b"\x00" not in head else "application/octet-stream"
    return kind.mime if kind.mime in SHOWN_AS else "application/octet-stream"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
