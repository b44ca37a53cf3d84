"""One port for both: the live streams natively, everything else through the WSGI application.

Measured: Django's own ASGI handler answers half as many pages.
"""

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from tandem.config import settings
from tandem.config.wsgi import application as wsgi
from tandem.live.app import Live, Message, Receive, Send

live = Live()
pages: Any = WSGIMiddleware(cast(Any, wsgi), workers=settings.WEB_THREADS)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Both on one port."""
    if scope["type"] == "lifespan" or scope.get("path", "").startswith("/live/"):
        await live(scope, receive, send)
    elif scope["type"] == "http":
        await pages(_plain(scope), _whole(receive), send)


def _plain(scope: Message) -> Message:
    # WSGI cannot tell X_Forwarded_Proto from X-Forwarded-Proto, which only our proxy may send.
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if b"_" not in name]}


def _whole(receive: Receive) -> Receive:
    # A body that was cut off must not pass for a short one.
    async def message() -> Message:
        if (told := await receive())["type"] == "http.disconnect":
            raise ConnectionResetError("The client went away.")
        return told

    return message
