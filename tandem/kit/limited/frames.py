"""What travels between parent and child: bytes, each with its length before it."""

import struct
from typing import BinaryIO

_LENGTH = struct.Struct(">Q")


class Ended(Exception):
    """The other side is gone."""


def write(pipe: BinaryIO, *parts: bytes) -> None:
    for part in parts:
        pipe.write(_LENGTH.pack(len(part)))
        pipe.write(part)
    pipe.flush()


def read(pipe: BinaryIO) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return _exactly(pipe, length)


def _exactly(pipe: BinaryIO, length: int) -> bytes:
    if len(data := pipe.read(length)) < length:
        raise Ended
    return data
