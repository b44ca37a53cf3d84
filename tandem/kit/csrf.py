"""A page's forms carry one token."""

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html

INPUT = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'


def one_token(request: HttpRequest) -> dict[str, Any]:
    """For every template. Django masks the token anew for each of a page's dozens of forms; once an answer is enough."""
    made: dict[str, Any] | None = getattr(request, "one_token", None)
    if made is None:
        token = SimpleLazyObject(lambda: get_token(request))
        made = {"csrf_token": token, "csrf_input": SimpleLazyObject(lambda: format_html(INPUT, token))}
        request.one_token = made  # type: ignore[attr-defined]
    return made
