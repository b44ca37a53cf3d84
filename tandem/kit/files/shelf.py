"""Where files rest: a folder of this machine, or a bucket that speaks S3. What is asked of either is only this."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import IO, NamedTuple, Protocol

from django.conf import settings

from tandem.kit import env


class Kept(NamedTuple):
    stored_as: str
    changed_at: datetime


class Away(OSError):
    """Where files rest cannot be reached just now."""


class Shelf(Protocol):
    def put(self, stored_as: str, file: IO[bytes]) -> None:
        """Read the file to its end and keep it; when this returns it stays, and if it raises nothing was kept. Raises OSError."""

    def open(self, stored_as: str, *, first: int = 0, last: int | None = None) -> IO[bytes]:
        """To be read once, from this byte at least to that one. Raises FileNotFoundError, OSError."""

    def remove(self, stored_as: str) -> None:
        """Let go of it; no matter whether it was there."""

    def all(self) -> Iterator[Kept]:
        """All there is, in no order."""


def shelf() -> Shelf:
    """The one that TANDEM_FILES names."""
    return _named(settings.FILES or f"{settings.DATA}/files")


@cache
def _named(place: str) -> Shelf:
    from tandem.kit.files.folder import Folder

    if not place.startswith("s3://"):
        return Folder(place)
    try:
        from tandem.kit.files.bucket import Bucket
    except ImportError:
        raise env.BadSetting(
            f"TANDEM_FILES is “{place}”, but what speaks S3 is not installed: pip install 'tandem-support[s3]'."
        ) from None
    return Bucket(place.removeprefix("s3://"))
