"""What the page of a customer's product says of who is in front of it: a JWT, signed with the key of their account.

Only what we need is read, and only one algorithm: HS256. No claim is believed before the signature is.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tandem.kit import clock
from tandem.kit.mailbox import is_address
from tandem.kit.text import one_line

PURPOSE = "tandem-report"
LONGEST = 4096
LIVES = timedelta(hours=1)
LEEWAY = timedelta(minutes=1)


class Unbelieved(ValueError):
    """Why this is nobody's word; for the log of the host, not for visitors."""


@dataclass(frozen=True)
class Told:
    """Who it is and where, as the host tells; all of it plain and short."""

    mail: str
    once: str
    expires_at: datetime
    name: str = ""
    account: str = ""
    environment: str = ""
    app_build: str = ""
    url: str = ""


def read(token: str, secret: str) -> Told:
    """What the host signed for us, if it still holds. Raises `Unbelieved`."""
    claims = _signed(token, secret)
    if claims.get("aud") != PURPOSE:
        raise Unbelieved(f"aud is not {PURPOSE}")
    expires_at = _in_time(claims)
    mail, once = _text(claims, "sub", 254).lower(), _text(claims, "jti", 100)
    if not (is_address(mail) and mail.isascii()):
        raise Unbelieved("sub is not a mail address")
    if len(once) < 8:
        raise Unbelieved("jti has fewer than 8 characters")
    more = {"name": 120, "account": 120, "environment": 80, "app_build": 80, "url": 500}
    return Told(mail, once, expires_at, **{name: _text(claims, name, most) for name, most in more.items()})


def sign(claims: dict[str, Any], secret: str) -> str:
    """As a host signs: for tests, the story, and the example on the page."""
    parts = [_packed({"alg": "HS256", "typ": "JWT"}), _packed(claims)]
    return ".".join([*parts, _encoded(_mac(".".join(parts), secret))])


def _signed(token: str, secret: str) -> dict[str, Any]:
    head, _dot, seal = token.rpartition(".")
    if len(token) > LONGEST or not token.isascii() or head.count(".") != 1:
        raise Unbelieved("this is no JWT")
    if not hmac.compare_digest(_encoded(_mac(head, secret)), seal):
        raise Unbelieved("the signature is not of this key")
    header, claims = (_unpacked(part) for part in head.split("."))
    if header.get("alg") != "HS256":
        raise Unbelieved("alg is not HS256")
    return claims


def _in_time(claims: dict[str, Any]) -> datetime:
    told, now = claims.get("exp"), clock.now()
    if not isinstance(told, int):
        raise Unbelieved("exp is not a time in seconds")
    if told <= now.timestamp():
        raise Unbelieved("exp has passed")
    if told > (now + LIVES + LEEWAY).timestamp():
        raise Unbelieved("exp is more than an hour away")
    return datetime.fromtimestamp(told, UTC)


def _text(claims: dict[str, Any], name: str, most: int) -> str:
    told = claims.get(name, "")
    return one_line(told, most=most) if isinstance(told, str) else ""


def _mac(text: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()


def _packed(value: dict[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unpacked(part: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise Unbelieved("this is no JWT") from None
    if not isinstance(value, dict):
        raise Unbelieved("this is no JWT")
    return value
