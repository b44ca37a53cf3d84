"""What clamd says of a file, over its INSTREAM. Never a guess: who cannot be asked has not said that it is clean."""

import socket
import struct
from collections.abc import Iterable

SECONDS = 60
_LENGTH = struct.Struct(">I")


class NoVerdict(Exception):
    """clamd is away, or could not look at it; the message says why."""


class Away(NoVerdict):
    """Nobody answers there."""


def verdict(pieces: Iterable[bytes], *, at: str) -> str:
    """The name of what it found, or "" for a clean file. `at` is host:port or the path of a socket. Raises NoVerdict, Away."""
    try:
        with _connected(at) as line:
            _say(line, pieces)
            answer = _heard(line)
    except OSError as error:
        raise Away(str(error)) from error
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise NoVerdict(answer or "It hung up without an answer.")


def _connected(at: str) -> socket.socket:
    if at.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        line.connect(at)
        return line
    host, _colon, port = at.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _say(line: socket.socket, pieces: Iterable[bytes]) -> None:
    line.sendall(b"zINSTREAM\0")
    try:
        for piece in pieces:
            line.sendall(_LENGTH.pack(len(piece)) + piece)
        line.sendall(_LENGTH.pack(0))
    except (BrokenPipeError, ConnectionResetError):
        return  # it has heard enough; why, it says in its answer


def _heard(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and (piece := line.recv(4096)):
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
