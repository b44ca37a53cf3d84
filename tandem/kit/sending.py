"""A file on its way to a browser: piece by piece, whole or the part that was asked for, and never as a page of ours."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from tandem.kit import files

# A file is nothing of ours, so wherever it is opened it may do nothing.
POLICY = "default-src 'none'; sandbox"
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")


def send(
    request: HttpRequest, stored_as: str, *, name: str, size: int, sha256: str, content_type: str, inline: bool = False
) -> HttpResponseBase:
    """The stored file, or the part that `Range` names. Raises Http404 when it is not where it should be."""
    first, last = _asked(request, size, sha256)
    if first > last and size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = _body(request, stored_as, first, last, size)
    response.headers["Content-Type"] = content_type
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = f'"{sha256}"'
    if last - first + 1 < size:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def send_pieces(pieces: Iterator[bytes], *, name: str) -> StreamingHttpResponse:
    """What only this answer has: a download that nobody keeps on its way. Raises FileNotFoundError."""
    response = StreamingHttpResponse(_from(next(pieces, b""), pieces), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked(request: HttpRequest, size: int, sha256: str) -> tuple[int, int]:
    """First and last byte; the first behind the last for a range that is not there. Several ranges at once are the whole."""
    whole = (0, size - 1)
    told = _RANGE.match(request.headers.get("Range", ""))
    if not told or request.headers.get("If-Range", f'"{sha256}"') != f'"{sha256}"':
        return whole
    match told[1], told[2]:
        case "", "":
            return whole
        case "", from_the_end:
            return max(size - int(from_the_end), 0), size - 1
        case first, last:
            return int(first), min(int(last or size - 1), size - 1)
    return whole


def _body(request: HttpRequest, stored_as: str, first: int, last: int, size: int) -> HttpResponseBase:
    if request.method == "HEAD" or not size:
        return HttpResponse()
    pieces: Any = files.read(stored_as, first=first, last=last)
    try:
        begin = next(pieces, b"")
    except FileNotFoundError:
        raise Http404 from None
    return StreamingHttpResponse(_from(begin, pieces))


def _from(begin: bytes, pieces: Any) -> Any:
    yield begin
    yield from pieces
