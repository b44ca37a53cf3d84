"""What can be read in a file: text of any kind, pages, mails, PDF, documents and sheets. None in all others.

Read in the limited child, by what the bytes are and never by what the file is called.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from tandem.kit import limited

MOST = 100_000  # characters
LARGEST = 30_000_000  # bytes; of what is larger only the beginning is read
CPU_SECONDS, WALL_SECONDS = 30, 90

Read = Callable[[], Iterator[bytes]]


def covered(read: Read) -> str:
    """The words, with a sign in place of passwords and the like. Raises `limited.Stopped` and `limited.Hindered`."""
    return _ask("covered", read, {"most": MOST})


def stand_within(read: Read, text: str) -> bool:
    """Whether the text can be read there, wherever its lines break. Raises the same."""
    return _ask("stand_within", read, {"text": text})


def _ask(what: str, read: Read, told: dict[str, Any]) -> Any:
    asked = json.dumps(told).encode() + b"\n" + _beginning(read)
    return limited.run(f"{__name__}.inside:{what}", asked, cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS)


def _beginning(read: Read) -> bytes:
    taken, so_far = [], 0
    for piece in read():
        taken.append(piece)
        so_far += len(piece)
        if so_far >= LARGEST:
            break
    return b"".join(taken)[:LARGEST]
