"""What stands in a posted body, byte by byte: a raw mail in a form field must not be decoded and encoded again."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

MOST_FIELDS = 1000
NAME = re.compile(rb';\s*name="([^"\r\n]*)"')


class TooLarge(Exception):
    """More than a mail may have."""


class Unreadable(Exception):
    """It is not what this provider sends."""


def read(request: HttpRequest, *, most: int) -> bytes:
    """The whole body, whatever Django thinks of its size; also where others look for it. Raises `TooLarge`."""
    body = request.read(most + 1)
    if len(body) > most:
        raise TooLarge
    request._body = body  # type: ignore[attr-defined]
    return body


def json_of(body: bytes | str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("This is not JSON.") from None


def fields(request: HttpRequest, body: bytes) -> dict[str, bytes]:
    """The fields of a form, of either kind; `request.POST` has the short ones for whoever checks a signature there."""
    found = dict(_parts(request, body)) if request.content_type == "multipart/form-data" else dict(_pairs(body))
    request.POST = _short(found)  # type: ignore[assignment]
    request._files = MultiValueDict()  # type: ignore[attr-defined]
    return found


def _parts(request: HttpRequest, body: bytes) -> list[tuple[str, bytes]]:
    boundary = (request.content_params or {}).get("boundary", "").encode("latin-1", "replace")
    if not boundary:
        raise Unreadable("The form has no boundary.")
    _before, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary, MOST_FIELDS)
    told = []
    for part in parts:
        head, _gap, content = part.partition(b"\r\n\r\n")
        if name := NAME.search(head):
            told.append((name[1].decode("utf-8", "replace"), content))
    return told


def _pairs(body: bytes) -> list[tuple[str, bytes]]:
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Unreadable("There are too many fields.") from None
    return [(name.decode("utf-8", "replace"), value) for name, value in pairs]


def _short(found: dict[str, bytes]) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update({name: value.decode("utf-8", "replace") for name, value in found.items() if len(value) < 10_000})
    return query
