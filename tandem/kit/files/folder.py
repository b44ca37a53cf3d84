import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from tandem.kit.files.shelf import Kept

DRAFT = ".new"


class Folder:
    """Files on a disk of this machine, readable by us and our group."""

    def __init__(self, place: str) -> None:
        self.place = Path(place)

    def put(self, stored_as: str, file: IO[bytes]) -> None:
        """Write, sync, then give it its place."""
        place = self._path(stored_as)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        draft = place.with_suffix(DRAFT)
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as written:
                shutil.copyfileobj(file, written)
                written.flush()
                os.fsync(written.fileno())
            draft.rename(place)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _sync_folder(place.parent)

    def open(self, stored_as: str, *, first: int = 0, last: int | None = None) -> IO[bytes]:
        file = self._path(stored_as).open("rb")
        file.seek(first)
        return file

    def remove(self, stored_as: str) -> None:
        self._path(stored_as).unlink(missing_ok=True)

    def all(self) -> Iterator[Kept]:
        """Drafts that were left behind, too."""
        for path in self.place.glob("??/*"):
            with suppress(FileNotFoundError):
                yield Kept(path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC))

    def _path(self, stored_as: str) -> Path:
        return self.place / stored_as[:2] / stored_as


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
