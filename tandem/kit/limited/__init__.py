"""Run one of our functions on hostile bytes, in a child process that may not take much time or memory.

Starting Python for each mail would cost more than reading it, so a few children stay and are asked again and
again. One that fails, or has done enough, is replaced. See `__main__.py` for what a child may do.
"""

import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import tandem
from tandem.kit.limited import frames
from tandem.kit.text import gettext_noop

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 5
WALL_SECONDS = 20  # where many want the processor; nothing in a child waits for anything else
ENOUGH = 500
DYING = 5  # seconds until one that broke is gone
FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM)  # the first one also by a kernel that wants memory back
CHILDREN = min(4, os.cpu_count() or 1)

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The bytes kept the work from being done; the message says how in a sentence."""


class LimitExceeded(Stopped):
    """The work took more time or memory than it may."""


class ChildFailed(Stopped):
    """The child broke over the bytes."""


class Hindered(Exception):
    """Something outside ended the work, or gave it no time: no `Stopped`, for it says nothing of the bytes. Try again later."""


class NotStarted(Hindered):
    """Nobody has even looked at the bytes."""


def run(function: str, data: bytes, *, cpu_seconds: int = CPU_SECONDS, wall_seconds: float = WALL_SECONDS) -> Any:
    """What the function, "tandem.room.module:name", returns for the bytes: anything JSON can say.

    Any thread may call it; it waits for a free child. Raises LimitExceeded, ChildFailed or Hindered.
    """
    return _pool.run(function, data, cpu_seconds, wall_seconds)


class _Pool:
    def __init__(self, size: int) -> None:
        self.places: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(size):
            self.places.put(None)
        # A child dies with the *thread* that started it (see `kit.leash`), so one thread that stays starts them all.
        self.starter = ThreadPoolExecutor(1, "limited-starter")

    def run(self, function: str, data: bytes, cpu_seconds: int, wall_seconds: float) -> Any:
        child = self.places.get()
        kept = None
        try:
            if child is None or not child.is_fit:
                self._end(child)
                child = None
                child = self._start()
            answer = child.ask(function, data, cpu_seconds, wall_seconds)
            kept = child
            return answer
        finally:
            if kept is None:
                self._end(child)
            self.places.put(kept)

    def _end(self, child: "_Child | None") -> None:
        if child:
            child.process.kill()
            child.process.communicate()

    def _start(self) -> "_Child":
        try:
            return self.starter.submit(_Child).result()
        except OSError as error:
            raise NotStarted(gettext_noop("No process could be started to read it.")) from error


class _Child:
    def __init__(self) -> None:
        self.asked, self.is_late = 0, False
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-B", "-P", "-s", "-m", __name__, str(MEMORY)],
            env={"PYTHONPATH": str(Path(tandem.__file__).parents[1]), "LC_ALL": "C.UTF-8"},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a file there, and the limit on writing files, would turn words into errors
        )

    @property
    def is_fit(self) -> bool:
        return self.asked < ENOUGH and self.process.poll() is None

    def ask(self, function: str, data: bytes, cpu_seconds: int, wall_seconds: float) -> Any:
        self.asked += 1
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        watch = threading.Timer(wall_seconds, self._end_late)
        watch.start()
        try:
            frames.write(self.process.stdin, function.encode(), b"%d" % cpu_seconds, data)
            answer = json.loads(frames.read(self.process.stdout))
        except (OSError, frames.Ended):
            raise self._why() from None
        finally:
            watch.cancel()
        return _told(function, answer)

    def _end_late(self) -> None:
        self.is_late = True
        self.process.kill()

    def _why(self) -> Stopped | Hindered:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(DYING)
        code = self.process.poll()
        if self.is_late:  # and had not used up its computing time: that ends it first
            return Hindered(gettext_noop("The machine gave it too little time, so it was stopped."))
        if code in FROM_OUTSIDE:
            return Hindered(gettext_noop("The program that reads it was ended from outside."))
        if code == -signal.SIGPROF:
            return LimitExceeded(gettext_noop("It took more computing time than it may, so it was stopped."))
        return ChildFailed(gettext_noop("The program that reads it broke."))


def _told(function: str, answer: dict[str, Any]) -> Any:
    if "done" in answer:
        return answer["done"]
    if "failed" in answer:
        log.error("%s failed in its child: %s", function, answer["failed"])
        raise ChildFailed(gettext_noop("The program that reads it made a mistake."))
    raise LimitExceeded(gettext_noop("It took more memory than it may, so it was stopped."))


def _start_over() -> None:
    global _pool
    _pool = _Pool(CHILDREN)


_pool = _Pool(CHILDREN)
os.register_at_fork(after_in_child=_start_over)
