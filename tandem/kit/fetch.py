"""The one way out: whatever calls an address that somebody typed calls it here.

A host is looked up once and we connect to what was found then, so that a name cannot lead elsewhere between the check and
the call. Redirects are not followed unless asked for, and each is looked at like the first. All has an end: the time, the
bytes, and what they unpack to. Call `check` when an address is saved; sending checks again.
"""

import json
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urljoin

import httpcore

from tandem.kit import reachable
from tandem.kit.errors import Refused
from tandem.kit.reachable import Address, Inside, NoAddress, Unknown

__all__ = ["Answer", "Inside", "NoAddress", "NoAnswer", "TooMuch", "Unknown", "check", "get", "send"]

AT_MOST = 1_000_000
GIVEN_BY_US = {"user-agent": "Tandem", "accept-encoding": "gzip", "connection": "close"}
# What may go along to another host: nothing that could be a secret.
HARMLESS = {"accept", "accept-language", "content-type"}
REDIRECTS = {301, 302, 303, 307, 308}


class NoAnswer(Refused):
    """They could not be reached, or did not answer in time."""


class TooMuch(Refused):
    """They answered with more than we read."""

    answered = 0  # their status, which they say before all else


class Answer(NamedTuple):
    """What came back. Names of `headers` are in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """Raises ValueError when it is none."""
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("It is nested too deeply.") from None


def check(url: str) -> None:
    """Whether we would call it, as far as one can say without looking its name up. Raises `NoAddress`, `Inside`."""
    reachable.place(url)


def get(url: str, **told: Any) -> Answer:
    """As `send`."""
    return send("GET", url, **told)


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float = 10,
    most: int = AT_MOST,
    redirects: int = 0,
) -> Answer:
    """send("POST", "https://…", headers={…}, body=b"{}"): within `seconds` in all, at most `most` bytes unpacked.

    Raises `NoAddress`, `Inside`, `Unknown`, `NoAnswer`, `TooMuch`: sentences that say nothing of what was sent.
    """
    until = time.monotonic() + seconds
    given = dict(headers or {})
    for _hop in range(redirects + 1):
        answer = _once(method, url, given, body, until, most)
        if answer.status not in REDIRECTS or not redirects or "location" not in answer.headers:
            return answer
        method, url, given, body = _next(method, answer, given, body)
    raise NoAnswer


def _next(method: str, answer: Answer, headers: dict[str, str], body: bytes) -> tuple[str, str, dict[str, str], bytes]:
    """Where a redirect leads. What may be a secret stays behind, and a body is not carried to another host at all."""
    url = urljoin(answer.url, answer.headers["location"])
    before, after = reachable.place(answer.url), reachable.place(url)
    if before.scheme == "https" != after.scheme:
        raise Inside
    is_elsewhere = before[:3] != after[:3]
    keeps_body = answer.status in (307, 308)
    if is_elsewhere and keeps_body and body:
        raise NoAnswer
    kept = {name: value for name, value in headers.items() if not is_elsewhere or name.lower() in HARMLESS}
    return (method, url, kept, body) if keeps_body else ("GET", url, kept, b"")


def _once(method: str, url: str, headers: dict[str, str], body: bytes, until: float, most: int) -> Answer:
    there = reachable.place(url)
    way = _Way(reachable.addresses(there), until)
    told = {name: value for name, value in headers.items() if name.lower() not in GIVEN_BY_US}
    asked = [(name.encode(), value.encode()) for name, value in (told | GIVEN_BY_US).items()]
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trusted(), network_backend=way) as pool,
            pool.stream(method, url, headers=asked, content=body or None) as response,
        ):
            heads = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            return Answer(response.status, heads, _read(response, heads, most), url)
    except TooMuch as much:
        much.answered = response.status
        raise
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError, zlib.error):
        raise NoAnswer from None


def _read(response: httpcore.Response, headers: Mapping[str, str], most: int) -> bytes:
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip"):
        raise NoAnswer
    chunks: Iterable[bytes] = response.iter_stream()
    if coding == "gzip":
        chunks = _unpacked(chunks, most)
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > most:
            raise TooMuch
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Never more than `most` and a byte in memory, whatever a small packet unpacks to."""
    unpacker = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        yield unpacker.decompress(chunk, most + 1)
        if unpacker.unconsumed_tail:
            raise TooMuch


@cache
def _trusted() -> ssl.SSLContext:
    """Certificates as this machine believes them; SSL_CERT_FILE adds an authority of one's own."""
    return ssl.create_default_context()


class _Way(httpcore.SyncBackend):
    """Leads only to the addresses that were judged, whatever the host's name says by now, and only until its time is over."""

    def __init__(self, addresses: list[Address], until: float) -> None:
        self.addresses, self.until = addresses, until

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        *others, last = self.addresses
        for tried, address in enumerate(others):
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._connect(address, port, share=len(self.addresses) - tried)
        return self._connect(last, port)

    def _connect(self, address: Address, port: int, share: int = 1) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(str(address), port, timeout=_left(self.until) / share), self.until)


class _Stream(httpcore.NetworkStream):
    """Each wait is as long as is left of the whole, so that dripping answers end, too."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self.stream, self.until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, timeout=_left(self.until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, timeout=_left(self.until))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self.stream.start_tls(ssl_context, server_hostname, _left(self.until)), self.until)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


def _left(until: float) -> float:
    if (left := until - time.monotonic()) <= 0:
        raise httpcore.ReadTimeout
    return left
