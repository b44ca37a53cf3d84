"""Secrets that must be read again: passwords and tokens we show others. Sealed in the database, opened only where they are used.

The key is derived from TANDEM_SECRET_KEY: a copy of the database alone opens nothing.
"""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from tandem.kit.errors import Refused


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


@lru_cache(maxsize=64)
def _lock(key: str, purpose: str) -> Fernet:
    derived = hmac.new(key.encode(), f"sealed\x1f{purpose}".encode(), hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
