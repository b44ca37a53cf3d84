"""A small load generator: keep-alive HTTP/1.1 over asyncio streams, every answer's status and body checked."""

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple

Request = Callable[[int], bytes]  # the n-th request, whole, as bytes


class Measured(NamedTuple):
    per_second: float
    median_ms: float
    p95_ms: float
    weight: int  # bytes of one answer


class WrongAnswer(Exception):
    """The server did not answer as it should; a figure would mean nothing."""


def measure(port: int, request: Request, *, clients: int, seconds: float, expect: bytes, warm: float = 1.0) -> Measured:
    """Requests of this kind for so long, by so many at once. Raises `WrongAnswer` if one lacks the expected bytes."""
    return asyncio.run(_measure(port, request, clients, seconds, expect, warm))


def get(path: str, cookie: str = "", token: str = "") -> Request:
    said = _head("GET", path, cookie, token) + b"\r\n"
    return lambda n: said


def post(path: str, body: Callable[[int], bytes], token: str) -> Request:
    head = _head("POST", path, "", token) + b"Content-Type: application/json\r\n"
    return lambda n: head + b"Content-Length: %d\r\n\r\n" % len(told := body(n)) + told


def _head(verb: str, path: str, cookie: str, token: str) -> bytes:
    lines = [f"{verb} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: */*"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    lines += [f"Authorization: Bearer {token}"] if token else []
    return "".join(f"{line}\r\n" for line in lines).encode()


async def _measure(port: int, request: Request, clients: int, seconds: float, expect: bytes, warm: float) -> Measured:
    counter = iter(range(1_000_000_000))
    took: list[float] = []
    sizes: list[int] = []

    async def ask(until: float, count: bool) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < until:
            began = time.perf_counter()
            writer.write(request(next(counter)))
            body = await _answer(reader, expect)
            if count:
                took.append(time.perf_counter() - began)
                sizes.append(len(body))
        writer.close()

    await asyncio.gather(*(ask(time.perf_counter() + warm, False) for _ in range(clients)))
    began = time.perf_counter()
    await asyncio.gather(*(ask(began + seconds, True) for _ in range(clients)))
    lasted = time.perf_counter() - began
    took.sort()
    middle, late = took[len(took) // 2], took[int(len(took) * 0.95)]
    return Measured(len(took) / lasted, middle * 1000, late * 1000, sizes[-1])


async def _answer(reader: asyncio.StreamReader, expect: bytes) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), None)
    body = await reader.readexactly(length) if length is not None else await _chunks(reader)
    if not lines[0].split()[1].startswith(b"2") or expect not in body:
        raise WrongAnswer(f"{lines[0].decode()}: {body[:300]!r}")
    return body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    whole = b""
    while size := int(await reader.readline(), 16):
        whole += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return whole
