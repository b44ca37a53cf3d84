"""Waiting for other processes, with an end."""

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def comes_true(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for it, `seconds` at most; whether it came."""
    deadline = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return met


@contextmanager
def locked(path: Path, seconds: float) -> Iterator[IO[str]]:
    """Hold the lock while inside, and on for as long as a child process that inherited the file lives.

    Raises TimeoutError when another process still has it after `seconds`.
    """
    with path.open("a+") as file:
        if not comes_true(lambda: _take(file), seconds):
            raise TimeoutError(path)
        yield file


def _take(file: IO[str]) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
