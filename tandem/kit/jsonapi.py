"""The manners of our API: problems as RFC 9457, pages by cursor, a key that makes a create safe to repeat."""

from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Schema
from ninja.errors import HttpError

MOST = 100


class Problem(Schema):
    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""


def problem(request: HttpRequest, status: int, title: str, detail: str = "", **more: Any) -> HttpResponse:
    said = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
        **more,
    }
    return JsonResponse(said, status=status, content_type="application/problem+json")


def page(rows: QuerySet, *, cursor: str | None, limit: int, by: str = "-pk") -> dict[str, Any]:
    """One page of rows in the order of `by`, a unique column, and the cursor of the next: {"items": […], "next": "…"|None}."""
    column, descending = by.lstrip("-"), by.startswith("-")
    if cursor is not None:
        rows = rows.filter(**{f"{column}__{'lt' if descending else 'gt'}": _opened(cursor)})
    found = list(rows.order_by(by)[: (limit := min(max(limit, 1), MOST)) + 1])
    more = len(found) > limit
    return {
        "items": found[:limit],
        "next": signing.dumps(getattr(found[limit - 1], column)) if more else None,
    }


def _opened(cursor: str) -> Any:
    try:
        return signing.loads(cursor)
    except signing.BadSignature:
        raise HttpError(422, "That cursor is not one of ours; begin again without it.") from None


def told(row: Any, word: str = "name") -> Any:
    """`row.name`, or what is a name already.

    An answer that may be of two schemas is read into both once more, so a resolver meets its own result again.
    """
    return getattr(row, word, row)
