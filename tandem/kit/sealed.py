"""Secrets that must be read again: passwords and tokens we show others. Sealed in the database, opened only where they are used.

The key is derived from TANDEM_SECRET_KEY: a copy of the database alone opens nothing. A file is sealed with a key of its
own, which is sealed in the database: without that row nobody ever reads the file again, wherever a copy of it is.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from django.conf import settings

from tandem.kit.errors import Refused

PIECE, MARK = 64 * 1024, 16  # bytes that are sealed together, and what that adds to them


class CannotOpen(Refused):
    """This secret was sealed with another TANDEM_SECRET_KEY: type it in again, or bring the old key back."""


def seal(secret: str, *, purpose: str) -> str:
    """What may be stored; "" stays "". Only `opened` with the same `purpose` reads it."""
    return _lock(settings.SECRET_KEY, purpose).encrypt(secret.encode()).decode() if secret else ""


def opened(sealed: str, *, purpose: str) -> str:
    """The secret again. Raises `CannotOpen` for another key, another purpose, or a changed letter."""
    if not sealed:
        return ""
    try:
        return _lock(settings.SECRET_KEY, purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CannotOpen from None


def fresh_key() -> str:
    """For one file, never for another."""
    return base64.b64encode(ChaCha20Poly1305.generate_key()).decode()


def sealed_pieces(pieces: Iterable[bytes], *, key: str) -> Iterator[bytes]:
    """A file of any length, sealed so that no piece of it can be changed, moved or left off."""
    lock = _file_lock(key)
    for name, piece in _numbered(pieces, PIECE):
        yield lock.encrypt(name, piece, None)


def opened_pieces(pieces: Iterable[bytes], *, key: str) -> Iterator[bytes]:
    """The file again. Raises `CannotOpen` at the first piece that is not what was sealed."""
    lock = _file_lock(key)
    try:
        for name, piece in _numbered(pieces, PIECE + MARK):
            yield lock.decrypt(name, piece, None)
    except InvalidTag:
        raise CannotOpen from None


def _file_lock(key: str) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(base64.b64decode(key))


def _numbered(pieces: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bytes]]:
    """Pieces of this size, each with its number and whether it is the last, in twelve bytes."""
    rest, nth = b"", 0
    for piece in pieces:
        rest += piece
        while len(rest) > size:
            yield nth.to_bytes(11, "big") + b"\0", rest[:size]
            rest, nth = rest[size:], nth + 1
    yield nth.to_bytes(11, "big") + b"\1", rest


@lru_cache(maxsize=64)
def _lock(key: str, purpose: str) -> Fernet:
    derived = hmac.new(key.encode(), f"sealed\x1f{purpose}".encode(), hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
