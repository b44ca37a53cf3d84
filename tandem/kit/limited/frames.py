"""What travels between parent and child: bytes, each with its length before it."""

import struct
from typing import IO

MOST = 256 * 1024 * 1024

_LENGTH = struct.Struct(">Q")


class Ended(Exception):
    """The other side is gone, or out of its mind."""


def write(pipe: IO[bytes], *parts: bytes) -> None:
    for part in parts:
        pipe.write(_LENGTH.pack(len(part)))
        pipe.write(part)
    pipe.flush()


def read(pipe: IO[bytes]) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    if length > MOST:
        raise Ended
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    if len(data := pipe.read(length)) < length:
        raise Ended
    return data
