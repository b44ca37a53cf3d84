"""What the limited child does with a part of a file."""

import json
import re
from base64 import b64encode
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from html import unescape
from typing import Any

from tandem.kit.masking import har
from tandem.kit.masking.markup import find_in_html, stand_in_html
from tandem.kit.masking.patterns import is_likely
from tandem.kit.masking.text import Secret, hide
from tandem.kit.masking.text import find as find_in

SIGN = "[hidden]"
WIDE = (BOM_UTF16_LE, BOM_UTF16_BE)
# Short words stand in many places that mean no harm.
SHORTEST = 8

_MAIL = re.compile(rb"(?im)^mime-version:\s{0,9}1")
_ENCODED = re.compile(rb"(?im)^content-transfer-encoding:\s{0,9}(?:base64|quoted-printable)")
_HAR = re.compile(rb'\s{0,99}(?:\xef\xbb\xbf)?\s{0,99}\{\s{0,99}"log"\s{0,99}:')

_HTML = re.compile(
    rb"(?i)(?:\xef\xbb\xbf)?\s{0,99}(?:<\?xml[^>]{0,200}>\s{0,99})?(?:<!--[^>]{0,500}>\s{0,99})?<(?:!doctype\s{1,9}html|html)"
)


def is_wide(begin: bytes) -> bool:
    """Whether two bytes are a letter, as some Windows programs write."""
    return begin.startswith(WIDE)


def is_one(begin: bytes) -> bool:
    """Whether it can only be read as a whole."""
    return is_wide(begin) or is_mail(begin) or is_html(begin) or bool(_HAR.match(begin))


def is_mail(begin: bytes) -> bool:
    return bool(_MAIL.search(begin))


def is_html(begin: bytes) -> bool:
    return bool(_HTML.match(begin))


def find(part: bytes) -> dict[str, Any]:
    """{"secrets": [[kind, value], …], "is_closed": whether there are some that cannot be covered where they stand}."""
    if is_mail(part) and _ENCODED.search(part):
        plain = [secret for text in _of_mail(part) for secret in find_in(text)]
        told = _told([*plain, *_disguised(part, plain, part)])
        return {"secrets": told, "is_closed": bool(told)}
    covered, plain = _covered(part, [])
    disguised = _disguised(part, plain, covered)
    is_broken = bool(_HAR.match(part)) and _har(_decoded(part), set()) is None
    return {"secrets": _told([*plain, *disguised]), "is_closed": bool(disguised) or is_broken}


def cover(told: bytes) -> str:
    """A line with all values, as JSON, then the part; what becomes of it, in base64."""
    values, _line, part = told.partition(b"\n")
    return b64encode(_covered(part, json.loads(values))[0]).decode()


def stands_within(told: bytes) -> bool:
    """A line with a text, as JSON, then a mail or a page: whether the text stands where no letters can be replaced."""
    line, _line, part = told.partition(b"\n")
    text = json.loads(line)
    if is_mail(part) and any(text in words for words in _of_mail(part)):
        return True
    return any(stand_in_html([text], html.replace(text, "")) for html in _pages_of(part))


def _disguised(part: bytes, plain: Iterable[Secret], covered: bytes) -> list[Secret]:
    """What is found only by who reads a page as it looks, and still seen in the covered one: it cannot be covered."""
    known = {unescape(secret.value) for secret in plain}
    found = [secret for html in _pages_of(part) for secret in find_in_html(html) if secret.value not in known]
    pages = [*_pages_of(covered)] if found else []
    return [secret for secret in found if any(stand_in_html([secret.value], html) for html in pages)]


def _pages_of(part: bytes) -> Iterator[str]:
    if is_html(part):
        yield _decoded(part)
    elif is_mail(part):
        yield from _of_mail(part, "text/html")


def _covered(part: bytes, values: list[str]) -> tuple[bytes, list[Secret]]:
    text = _decoded(part)
    known = {value for value in values if len(value) >= SHORTEST and is_likely(value)}
    covered, found = _har(text, known) or _text(text, known)
    if is_wide(part):
        return covered.encode("utf-16"), found
    return covered.encode("utf-8", "surrogateescape"), found


def _decoded(part: bytes) -> str:
    """Bytes of no charset come back as they were."""
    return part.decode("utf-16", "replace") if is_wide(part) else part.decode("utf-8", "surrogateescape")


def _har(text: str, known: set[str]) -> tuple[str, list[Secret]] | None:
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        return None
    try:
        told = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    if not har.is_har(told):
        return None
    found: list[Secret] = []
    covered = har.cover(told, SIGN, found, again=known)
    return _as_json(covered), found


def _as_json(told: Any) -> str:
    written = json.dumps(told, ensure_ascii=False, indent=2)
    try:
        written.encode()
    except UnicodeEncodeError:  # half a letter, which only an escape can say
        return json.dumps(told, indent=2)
    return written


def _text(text: str, known: set[str]) -> tuple[str, list[Secret]]:
    found = find_in(text)
    return hide(text, found, SIGN, again=known), found


def _of_mail(mail: bytes, kind: str = "") -> Iterator[str]:
    """What its parts say, of one kind or of any, and then the whole."""
    for part in message_from_bytes(mail).walk():
        payload = part.get_payload(decode=True) if kind in ("", part.get_content_type()) else None
        if isinstance(payload, bytes):
            yield payload.decode("utf-8", "surrogateescape")
    if not kind:
        yield mail.decode("utf-8", "surrogateescape")


def _told(found: Iterable[Secret]) -> list[list[str]]:
    return [[kind, value] for value, kind in {secret.value: secret.kind for secret in found}.items()]
