"""All open streams of this process, and the words on their way to them. Lives in one event loop."""

import asyncio
import json
import secrets
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from tandem.live.rights import Rights

MOST_UNSENT = 100
# A page is drawn before its stream opens: what changed in between is told when it does.
RECENT = 3.0  # seconds
BEAT = b":\n\n"
RESET = b"event: reset\ndata: {}\n\n"
BYE = b"event: bye\ndata: {}\n\n"


class Stream:
    """One open page. Whoever does not read is let go: coming back, the page asks for everything anew."""

    def __init__(self, rights: Rights) -> None:
        self.rights = rights
        self.name = secrets.token_hex(16)
        self._unsent: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._is_ended = False

    def offer(self, event: bytes) -> None:
        if self._is_ended:
            return
        if self._unsent.qsize() < MOST_UNSENT:
            self._unsent.put_nowait(event)
        else:
            self.end()

    def end(self, last: bytes | None = None) -> None:
        """After `last`, and without what is still unsent. It ends once, however many reasons there are."""
        if self._is_ended:
            return
        self._is_ended = True
        while not self._unsent.empty():
            self._unsent.get_nowait()
        for event in (last, None) if last else (None,):
            self._unsent.put_nowait(event)

    async def events(self, beat_every: float) -> AsyncIterator[bytes]:
        """What to send, with a heartbeat when nothing happens for `beat_every` seconds."""
        while True:
            try:
                event = await asyncio.wait_for(self._unsent.get(), beat_every)
            except TimeoutError:
                event = BEAT
            if event is None:
                return
            yield event


class Hub:
    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.doubts = asyncio.Event()
        self.gone: list[str] = []
        self._by_topic: dict[str, set[Stream]] = defaultdict(set)
        self._recent: deque[tuple[float, dict[str, Any]]] = deque(maxlen=1000)

    @contextmanager
    def stream(self, rights: Rights) -> Iterator[Stream]:
        stream = Stream(rights)
        self.streams.add(stream)
        for topic in rights.topics:
            self._by_topic[topic].add(stream)
        for word in self._just_said():
            self._give(stream, word)
        try:
            yield stream
        finally:
            self._forget(stream)

    def _just_said(self) -> list[dict[str, Any]]:
        since = time.monotonic() - RECENT
        return [word for at, word in self._recent if at >= since]

    def _forget(self, stream: Stream) -> None:
        self.streams.discard(stream)
        self.gone.append(stream.name)
        for topic in stream.rights.topics:
            self._by_topic[topic].discard(stream)
            if not self._by_topic[topic]:
                del self._by_topic[topic]

    def spread(self, word: dict[str, Any]) -> None:
        """Give a word of `kit.live` to the streams that may hear it; one about a person's rights makes us look again."""
        if word["topic"].startswith("user:"):
            self.doubts.set()
            return
        self._recent.append((time.monotonic(), word))
        for stream in self._by_topic.get(word["topic"], ()):
            self._give(stream, word)

    def _give(self, stream: Stream, word: dict[str, Any]) -> None:
        if stream.rights.cover(word):
            stream.offer(b"data: " + json.dumps(word).encode() + b"\n\n")

    def reset(self) -> None:
        """Words may have been lost: every page asks for everything anew."""
        self._recent.clear()
        for stream in self.streams:
            stream.offer(RESET)
