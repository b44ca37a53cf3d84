"""The parts of a running Tandem: started, started again when they die, stopped."""

import contextlib
import math
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from tandem.config.claims import CannotServe
from tandem.config.endings import TEMPORARY_FAILURE
from tandem.config.post import Post
from tandem.kit.leash import end_with_parent
from tandem.kit.postgres import CannotStart, Cluster

STOOD = 5.0  # seconds after which a part counts as having started
TRIES = 3  # for a part that never stood
LONGEST_PAUSE = 15.0
BETWEEN_QUESTIONS = 10.0


class Part(ABC):
    """Something that should run: `tend` it often."""

    last_words = "it said nothing"

    def __init__(self, name: str, post: Post) -> None:
        self.name = name
        self.post = post
        self.runs = False
        self.has_stood = False
        self.deaths = 0
        self.started_at = 0.0
        self.not_before = 0.0

    def tend(self) -> None:
        """Start it, or start it again after a pause. Raises CannotServe when it never gets to stand."""
        now = time.monotonic()
        if self.runs and not self.is_alive():
            self._mourn(now)
        elif self.runs and now - self.started_at > STOOD:
            self.has_stood, self.deaths = True, 0
        if not self.runs and now >= self.not_before:
            self.runs, self.started_at = True, now
            self.launch()

    def _mourn(self, now: float) -> None:
        self.runs = False
        self.deaths += 1
        if self.deaths >= TRIES and not self.has_stood and self.is_to_blame():
            raise CannotServe(f"{self.name} does not start: {self.last_words}")
        pause = min(LONGEST_PAUSE, 0.25 * (2**self.deaths - 2))
        self.not_before = now + pause
        again = f"in {pause:g} s" if pause else "at once"
        self.post.say("tandem", f"{self.name} ended {self.how_it_ended()}, starting it again {again}")

    @abstractmethod
    def launch(self) -> None: ...

    @abstractmethod
    def is_alive(self) -> bool: ...

    @abstractmethod
    def is_to_blame(self) -> bool: ...

    @abstractmethod
    def how_it_ended(self) -> str: ...


class Child(Part):
    """A `tandem` command of its own, in a process group of its own; it does not outlive us."""

    process: subprocess.Popen[bytes]

    def __init__(self, name: str, post: Post, *command: str, grace: float = 10) -> None:
        super().__init__(name, post)
        self.command = [sys.executable, "-P", "-m", "tandem.config.cli", *command]
        self.grace = grace

    def launch(self) -> None:
        hears, says = os.pipe()
        self.post.listen_to(hears, self)
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=says,
            stderr=says,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            process_group=0,
            preexec_fn=end_with_parent,
        )
        os.close(says)
        self.runs = True

    def is_alive(self) -> bool:
        if self.process.poll() is None:
            return True
        self.post.hear()
        return False

    def is_to_blame(self) -> bool:
        return self.process.returncode > 0 and self.process.returncode != TEMPORARY_FAILURE  # the database is away

    def how_it_ended(self) -> str:
        code = self.process.returncode
        return f"by {signal.Signals(-code).name}" if code < 0 else f"with code {code}"

    def see_through(self) -> None:
        """Run it once, to its end. Raises CannotServe with its last words when that is not a good one."""
        self.launch()
        try:
            while self.is_alive():
                self.post.wait(0.5)
        finally:
            self.stop()
        if self.process.returncode:
            raise CannotServe(self.last_words)

    def stop(self) -> None:
        """Let it finish what it does, for `grace` seconds or until we are asked again; then end its whole group."""
        if not self.runs:
            return
        if self.is_alive():
            self.process.terminate()
        deadline = time.monotonic() + self.grace
        while self.is_alive() and time.monotonic() < deadline and self.post.requests_to_stop < 2:
            self.post.wait(0.1)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.runs = False


class Wanted(Child):
    """One that is started only once there is something for it to do, and then stays."""

    def __init__(self, *told: Any, wanted: Callable[[], bool], **more: Any) -> None:
        super().__init__(*told, **more)
        self.is_wanted = wanted
        self.asked_at = -math.inf

    def tend(self) -> None:
        if self.deaths or self.runs or self._is_asked_for():
            super().tend()

    def _is_asked_for(self) -> bool:
        """Asked rarely, for a question costs PostgreSQL a process."""
        if time.monotonic() - self.asked_at < BETWEEN_QUESTIONS:
            return False
        self.asked_at = time.monotonic()
        return self.is_wanted()


class Database(Part):
    """The embedded PostgreSQL, which has stood already."""

    def __init__(self, post: Post, cluster: Cluster) -> None:
        super().__init__("database", post)
        self.cluster = cluster
        self.runs = self.has_stood = self._is_up = True

    def launch(self) -> None:
        try:
            self.cluster.launch()
        except CannotStart as error:
            self.post.say("database", str(error))

    def is_alive(self) -> bool:
        return self.cluster.server is not None and self.cluster.server.poll() is None

    def is_to_blame(self) -> bool:
        return False

    def how_it_ended(self) -> str:
        self._is_up = False
        return f"(its log is {self.cluster.log})"

    def answers(self) -> bool:
        """Asked only after a death, for a question costs PostgreSQL a process."""
        if not self._is_up and self.is_alive():
            with contextlib.suppress(CannotStart):
                self._is_up = self.cluster.is_ready()
        return self._is_up
