import base64
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02


class Call(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class PushService:
    """A push service and a browser behind it: it keeps what we send, and can read it as only that browser can."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers, self.says = 201, b""
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), b"sixteen letters."
        service = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.calls.append(Call(self.path, {name.lower(): told for name, told in self.headers.items()}, body))
                self.send_response(service.answers)
                self.end_headers()
                self.wfile.write(service.says)

            def log_message(self, *told: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.server.server_port}"

    def subscription(self, name: str = "erin") -> dict[str, str]:
        public = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": f"{self.origin}/send/{name}", "p256dh": _text(public), "auth": _text(self.secret)}

    def read(self, call: Call) -> dict[str, str]:
        told = http_ece.decrypt(call.body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return json.loads(told)

    def claims(self, call: Call, public: str) -> dict[str, Any]:
        """What the call says of its sender, if it was signed with that key."""
        scheme, _space, told = call.headers["authorization"].partition(" ")
        words = dict(part.split("=", 1) for part in told.split(","))
        assert (scheme, words["k"]) == ("vapid", public)
        token = words["t"]
        assert Vapid02.verify(call.headers["authorization"])
        return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def push_service(settings):
    settings.FETCH_ALLOW = ["127.0.0.0/8"]
    service = PushService()
    yield service
    service.server.shutdown()
    service.server.server_close()
