"""Where the supervisor sits: it hears signals and children, and passes on what they say, line by line."""

import contextlib
import os
import selectors
import signal
from types import FrameType
from typing import Protocol


class AskedToStop(Exception):
    """By SIGINT or SIGTERM, while there was something to wait for."""


class Speaker(Protocol):
    name: str
    last_words: str


class Post:
    def __init__(self) -> None:
        self.requests_to_stop = 0
        self.stopping = False
        self._ears = selectors.DefaultSelector()
        self._unfinished: dict[int, bytes] = {}
        self._wake_up_by_signals()

    def wait(self, seconds: float) -> None:
        """Until something happens, `seconds` at most. Raises AskedToStop once, unless we are stopping anyway."""
        if self.requests_to_stop and not self.stopping:
            self.stopping = True
            raise AskedToStop
        self.hear(seconds)

    def hear(self, seconds: float = 0) -> None:
        """What the children say, if they say something within `seconds`."""
        for key, _ in self._ears.select(seconds):
            self._hear(key.fd, key.data)

    def say(self, name: str, line: str) -> None:
        with contextlib.suppress(OSError):  # nobody listens any more: no reason to stop
            print(f"{name:<8} | {line}", flush=True)

    def announce(self, words: str) -> None:
        for line in words.splitlines():
            self.say("tandem", line)

    def listen_to(self, voice: int, speaker: Speaker) -> None:
        """Until the other end of this pipe is closed."""
        self._ears.register(voice, selectors.EVENT_READ, speaker)

    def _hear(self, voice: int, speaker: Speaker | None) -> None:
        heard = os.read(voice, 65536)
        if speaker is None:
            return
        *lines, rest = (self._unfinished.pop(voice, b"") + heard).split(b"\n")
        for line in lines:
            self._pass_on(line, speaker)
        if heard:
            self._unfinished[voice] = rest
        else:
            self._pass_on(rest, speaker)
            self._ears.unregister(voice)
            os.close(voice)

    def _pass_on(self, line: bytes, speaker: Speaker) -> None:
        words = line.decode(errors="replace").rstrip()
        if not words:
            return
        if not words.startswith((" ", "LINE ")):  # a traceback, and PostgreSQL, point below what they say
            speaker.last_words = words
        self.say(speaker.name, words)

    def _wake_up_by_signals(self) -> None:
        """A signal alone interrupts no select(); the byte it writes here does."""
        hears, wakes = os.pipe()
        os.set_blocking(wakes, False)
        self._ears.register(hears, selectors.EVENT_READ, None)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if how != signal.SIGHUP or signal.getsignal(how) != signal.SIG_IGN:  # nohup
                signal.signal(how, self._ask_to_stop)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.requests_to_stop += 1
