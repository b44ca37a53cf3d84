"""Secrets that are shown once and kept only as a hash, and short signed words for links and reply addresses."""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings


def fresh() -> str:
    """256 bits nobody can guess."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is kept of a secret: enough to know it again, not to make it. Hex, 64 characters."""
    return hashlib.sha256(secret.encode()).hexdigest()


def seal(purpose: str, *parts: object) -> str:
    """128 bits that only we can make for this purpose and these parts; lower case, safe in a mail address."""
    words = "\x1f".join([purpose, *map(str, parts)]).encode()
    mac = hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).digest()[:16]
    return base64.b32encode(mac).decode().rstrip("=").lower()


def is_sealed(seal_told: str, purpose: str, *parts: object) -> bool:
    return hmac.compare_digest(seal_told.lower().encode(), seal(purpose, *parts).encode())


def fingerprint_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
