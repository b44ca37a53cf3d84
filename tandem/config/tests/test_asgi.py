import asyncio
from typing import Any

import pytest

from tandem.config import asgi


def ask(path: str, *, headers: list = (), messages: list | None = None, method: str = "GET") -> list[dict[str, Any]]:
    """What the application on the one port sends back."""
    waiting = iter(messages or [{"type": "http.request", "body": b"", "more_body": False}])
    sent = []

    async def receive() -> dict:
        return next(waiting)

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": headers,
    }
    asyncio.run(asgi.application(scope, receive, send))
    return sent


@pytest.fixture
def seen(monkeypatch) -> dict[str, Any]:
    """What arrives at the WSGI application."""
    environ: dict[str, Any] = {}

    def wsgi(told: dict, start: Any) -> list[bytes]:
        environ.update(told, body=told["wsgi.input"].read())
        start("200 OK", [])
        return [b"a page"]

    monkeypatch.setattr(asgi.pages, "app", wsgi)
    return environ


def test_pages_are_answered_by_the_wsgi_application(seen):
    assert b"".join(message.get("body", b"") for message in ask("/desk/")) == b"a page"


def test_the_stream_is_not(seen):
    assert ask("/live/nothing")[0]["status"] == 404
    assert not seen


def test_a_header_cannot_pass_for_one_of_our_proxy(seen):
    ask("/desk/", headers=[(b"x_forwarded_proto", b"https"), (b"x-request-id", b"7")])

    assert "HTTP_X_FORWARDED_PROTO" not in seen
    assert seen["HTTP_X_REQUEST_ID"] == "7"


def test_a_body_that_was_cut_off_does_not_pass_for_a_short_one(seen):
    half = [{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}]

    with pytest.raises(ConnectionResetError):
        ask("/desk/", method="POST", messages=half)

    assert not seen
