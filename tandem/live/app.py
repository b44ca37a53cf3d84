"""`GET /live/?topic=case:41&topic=queue`: server-sent events, as an ASGI application.

A message says {"topic": …, "panels": […], "audience": …}; `reset` says that words may have been lost, `bye` that the
reader's rights ended. Only names travel: a page fetches what its reader may see.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qs

from django.conf import settings
from django.db import close_old_connections, connections
from django.http import parse_cookie

from tandem.live import here, rights
from tandem.live.hub import BYE, Hub, Stream
from tandem.live.listening import Listener
from tandem.live.rights import Rights

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
T = TypeVar("T")

log = logging.getLogger(__name__)

# In one process. Strangers cannot take the places of those who sign in.
MOST_STREAMS, MOST_OF_STRANGERS = 10_000, 5_000
PATIENCE = 10.0  # seconds for the database to be heard, and for a reader to take what we send
AFTER_A_DOUBT = 1.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class Live:
    """Carries words to open pages, and ends a stream within `check_every` + 1 seconds of the rights it stands on."""

    def __init__(self, *, check_every: float = 4.0, beat_every: float = 12.0) -> None:
        self.check_every, self.beat_every = check_every, beat_every
        self.hub = Hub()
        self.listener = Listener(self.hub)
        self._tasks: list[asyncio.Task] = []
        # One thread, and so one more connection to the database, for all questions about rights.
        self._asking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            await (self.start if message["type"] == "lifespan.startup" else self.stop)()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def start(self) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(self.listener.run()), asyncio.create_task(self._watch_rights())]

    async def stop(self) -> None:
        self.end_streams()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._ask(connections.close_all)
        self._asking.shutdown()

    def end_streams(self) -> None:
        """Let every page go; each comes back by itself."""
        for stream in self.hub.streams:
            stream.end()

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] != "/live/" or scope["method"] != "GET":
            return await _refuse(send, HTTPStatus.NOT_FOUND)
        await self.start()
        if not await self._can_hear():
            return await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE)
        topics = parse_qs(scope["query_string"].decode("latin1")).get("topic", [])
        granted = await self._ask(rights.asked, _session(scope), topics)
        if granted is None:
            return await _refuse(send, HTTPStatus.NOT_FOUND)
        if not self._has_room_for(granted):
            return await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE)
        with self.hub.stream(granted) as stream:
            await self._ask(here.come, stream)
            return await self._carry(stream, receive, send)

    async def _can_hear(self) -> bool:
        try:
            await asyncio.wait_for(self.listener.hears.wait(), PATIENCE)
        except TimeoutError:
            return False
        return True

    def _has_room_for(self, granted: Rights) -> bool:
        strangers = sum(not stream.rights.session for stream in self.hub.streams)
        return len(self.hub.streams) < MOST_STREAMS and (bool(granted.session) or strangers < MOST_OF_STRANGERS)

    async def _carry(self, stream: Stream, receive: Receive, send: Send) -> None:
        """Until the reader goes, is too slow, or may hear no more."""
        gone = asyncio.create_task(_gone(receive))
        sending = asyncio.create_task(self._send(stream, send))
        try:
            await asyncio.wait({gone, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            sending.cancel()
            await asyncio.gather(gone, sending, return_exceptions=True)

    async def _send(self, stream: Stream, send: Send) -> None:
        await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": HEADERS})
        # Everybody comes back after a restart, but not all at once.
        await _say(send, b"retry: %d\n\n" % random.randint(1500, 4500))  # noqa: S311
        async for event in stream.events(self.beat_every):
            await _say(send, event)
        await _say(send, b"", more=False)

    async def _watch_rights(self) -> None:
        """Every few seconds, and at once when somebody's rights changed. Signing out is said just before it is true."""
        pause = self.check_every
        while True:
            doubted = await self._doubted_within(pause)
            await self.check_rights()
            await self._keep_presences()
            pause = min(AFTER_A_DOUBT, self.check_every) if doubted else self.check_every

    async def _doubted_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self.hub.doubts.wait(), seconds)
        except TimeoutError:
            return False
        self.hub.doubts.clear()
        return True

    async def check_rights(self) -> None:
        """End every stream whose rights ended; all of them, to be asked for anew, if that cannot be found out."""
        streams = [stream for stream in self.hub.streams if stream.rights.session]
        if not streams:
            return
        try:
            standing: set[Rights] | None = await self._ask(rights.standing, [each.rights for each in streams])
        except Exception:
            log.exception("The rights of the live streams cannot be checked; they end.")
            standing = None
        for stream in streams:
            if standing is None or stream.rights not in standing:
                stream.end(BYE if standing is not None else None)

    async def _keep_presences(self) -> None:
        gone, self.hub.gone = self.hub.gone, []
        if self.hub.streams or gone:
            await self._ask(here.keep, list(self.hub.streams), gone)

    async def _ask(self, question: Callable[..., T], *told: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._asking, _fresh, question, *told)


def _fresh(question: Callable[..., T], *told: Any) -> T:
    close_old_connections()
    return question(*told)


def _session(scope: Message) -> str:
    told = "; ".join(value.decode("latin1") for name, value in scope["headers"] if name == b"cookie")
    return parse_cookie(told).get(settings.SESSION_COOKIE_NAME, "")


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, body: bytes, *, more: bool = True) -> None:
    await asyncio.wait_for(send({"type": "http.response.body", "body": body, "more_body": more}), PATIENCE)


async def _refuse(send: Send, status: HTTPStatus) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store"), (b"retry-after", b"5")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{status.phrase}\n".encode()})
