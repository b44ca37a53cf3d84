"""A browser's side of the stream, driven without a server: what it hears comes in order, and nothing is timed."""

import asyncio
import contextlib
import json
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

PATIENCE = 20  # seconds until a test gives up


class Page:
    """One open page."""

    def __init__(self, loop: asyncio.AbstractEventLoop, app: Callable, cookie: str, topics: tuple[str, ...]) -> None:
        query = "&".join(f"topic={topic}" for topic in topics)
        headers = [(b"cookie", cookie.encode())] if cookie else []
        self.loop = loop
        self.scope = {
            "type": "http",
            "path": "/live/",
            "method": "GET",
            "query_string": query.encode(),
            "headers": headers,
        }
        self.sent: queue.Queue[dict] = queue.Queue()
        self.left = asyncio.Event()
        self.reads = asyncio.Event()
        self.reads.set()
        self.running = asyncio.run_coroutine_threadsafe(app(self.scope, self._receive, self._send), loop)
        self.status = int(self.sent.get(timeout=PATIENCE)["status"])
        if self.status == 200:
            assert self.raw().startswith("retry: ")

    async def _receive(self) -> dict:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict) -> None:
        await self.reads.wait()
        self.sent.put(message)

    def raw(self) -> str:
        """The next piece of the answer; empty when it is over."""
        return self.sent.get(timeout=PATIENCE)["body"].decode()

    def hears(self) -> dict[str, Any] | str | None:
        """The next word, or the name of an event; None when the stream is over."""
        while (piece := self.raw()) and piece.startswith(":"):
            pass
        if not piece:
            return None
        lines = dict(line.split(": ", 1) for line in piece.strip().splitlines())
        return lines["event"] if "event" in lines else json.loads(lines["data"])

    def stop_reading(self) -> None:
        self.loop.call_soon_threadsafe(self.reads.clear)

    def read_on(self) -> None:
        self.loop.call_soon_threadsafe(self.reads.set)

    def leave(self) -> None:
        self.loop.call_soon_threadsafe(self.left.set)
        with contextlib.suppress(Exception):
            self.running.result(timeout=PATIENCE)


def until(page: Page, panel: str) -> dict:
    """The word about this panel; those before it are of no interest."""
    while panel not in (word := page.hears())["panels"]:
        pass
    return word


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def live(loop, transactional_db) -> Iterator[Any]:
    """The stream, looking at rights only when a test says so: `check()`."""
    from tandem.live.app import Live

    live = Live(check_every=3600)
    live.check = lambda: asyncio.run_coroutine_threadsafe(live.check_rights(), loop).result(PATIENCE)
    asyncio.run_coroutine_threadsafe(live.start(), loop).result(PATIENCE)
    yield live
    asyncio.run_coroutine_threadsafe(live.stop(), loop).result(PATIENCE)


@pytest.fixture
def opened(live, loop, at_the_desk) -> Iterator[Callable[..., Page]]:
    """A page with its stream open: `opened(sam, "queue")`, or `opened(None, "components")` for anybody."""
    from django.conf import settings

    pages: list[Page] = []

    def open_page(person: Any, *topics: str, cookie: str | None = None) -> Page:
        if cookie is None and person is not None:
            cookie = at_the_desk(person).cookies[settings.SESSION_COOKIE_NAME].OutputString()
        pages.append(Page(loop, live, cookie or "", topics))
        return pages[-1]

    yield open_page
    for page in pages:
        page.leave()
