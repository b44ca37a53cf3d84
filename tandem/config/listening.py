"""A web server: one process that minds, and a few that answer."""

import asyncio
import contextlib
import gc
import os
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from tandem.config import settings
from tandem.kit.leash import end_with_parent

PATIENCE = 8  # seconds for what is under way when we are asked to stop
END_STREAMS = signal.SIGUSR1
# Granian counts an open stream as a request under way, and by itself lets in 1,024: pages would wait behind streams.
BACKLOG, AT_ONCE = 4096, 20_000

# A page makes some ten thousand objects that die with it; Python would look through them for cycles a dozen times.
RARELY = (50_000, 20, 20)


def listen_for_pages(target: str) -> None:
    """Serve a WSGI application, "module:name", until asked to stop."""
    _server(target, Interfaces.WSGI, blocking_threads=settings.WEB_THREADS).serve(
        target_loader=partial(_in_process, target), wrap_loader=False
    )


def listen_for_streams(target: str) -> None:
    """Serve an ASGI application, "module:name", whose streams end when we are asked to stop."""
    server = _server(target, Interfaces.ASGI, backlog=BACKLOG, backpressure=AT_ONCE)
    _end_streams_first(server)
    server.serve(target_loader=partial(_in_process_with_streams, target), wrap_loader=False)


def _server(target: str, interface: Interfaces, **options: Any) -> Any:
    # Loaded once, before the processes part: they share its memory, and a new one stands at once.
    _application(target)
    import_module(settings.ROOT_URLCONF)
    gc.freeze()
    gc.set_threshold(*RARELY)
    return Granian(
        target,
        address=settings.HOST,
        port=settings.PORT,
        interface=interface,
        workers=settings.WEB_PROCESSES,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
        log_level=LogLevels.warning,
        **options,
    )


def _application(target: str) -> Callable[..., Any]:
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def _in_process(target: str) -> Callable[..., Any]:
    end_with_parent()
    return _application(target)


def _in_process_with_streams(target: str) -> Callable[..., Awaitable[None]]:
    application = _in_process(target)

    async def listening(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            asyncio.get_running_loop().add_signal_handler(END_STREAMS, _end_streams)
        await application(scope, receive, send)

    return listening


def _end_streams() -> None:
    from tandem.config.asgi import live

    for stream in list(live.hub.streams):
        stream.end()


def _end_streams_first(server: Any) -> None:
    """Granian lets finish what is under way before it tells the application; a stream never finishes."""
    stop = server.signal_handler_interrupt

    def end_streams_and_stop(*told: Any) -> None:
        for process in server.wrks:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.inner.pid, END_STREAMS)
        stop(*told)

    server.signal_handler_interrupt = end_streams_and_stop
