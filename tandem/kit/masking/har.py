"""Secrets in a HAR file (HTTP Archive 1.2): what a browser sent and got, cookies and all."""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Collection
from typing import Any

from tandem.kit.masking.patterns import COOKIE, TOKEN
from tandem.kit.masking.text import Secret, find, hide

# Names of headers, parameters and form fields whose values are secrets.
_TELLING = re.compile(
    r"(?i)authorization$|^(?:set-)?cookie2?$|^x-amz-security|assertion|api[-_]?key|token|secret|csrf|xsrf|session|passw|^pwd$|^sig(?:nature)?$"
)


def is_har(told: Any) -> bool:
    return isinstance(told, dict) and isinstance(told.get("log"), dict) and isinstance(told["log"].get("entries"), list)


def cover(told: Any, sign: str, secrets: list[Secret], *, again: Collection[str] = ()) -> Any:
    """The same with `sign` in place of each secret, which is added to `secrets`, and of words of `again`."""
    match told:
        case dict():
            return {key: _value(key, value, told, sign, secrets, again) for key, value in told.items()}
        case list():
            return [cover(value, sign, secrets, again=again) for value in told]
        case str():
            return _words(told, sign, secrets, again)
    return told


def _value(
    key: str, value: Any, owner: dict[str, Any], sign: str, secrets: list[Secret], again: Collection[str]
) -> Any:
    if key == "cookies" and isinstance(value, list):
        return [_cookie(cookie, sign, secrets) for cookie in value]
    name = owner.get("name")
    if key == "value" and isinstance(name, str) and _TELLING.search(name) and value not in ("", sign):
        secrets.append(Secret(COOKIE if "cookie" in name.lower() else TOKEN, str(value), 0))
        return sign
    if key == "text" and owner.get("encoding") == "base64":
        return _encoded(value, sign, secrets)
    return cover(value, sign, secrets, again=again)


def _cookie(cookie: Any, sign: str, secrets: list[Secret]) -> Any:
    if not isinstance(cookie, dict) or cookie.get("value") in (None, "", sign):
        return cookie
    secrets.append(Secret(COOKIE, str(cookie["value"]), 0))
    return {**cookie, "value": sign}


def _encoded(value: Any, sign: str, secrets: list[Secret]) -> Any:
    """A body that is encoded goes as a whole if a secret stands in it."""
    try:
        found = find(b64decode(value).decode())
    except (Error, TypeError, ValueError):
        return value
    secrets += found
    return sign if found else value


def _words(told: str, sign: str, secrets: list[Secret], again: Collection[str]) -> str:
    found = find(told)
    secrets += found
    return hide(told, found, sign, again=again)
