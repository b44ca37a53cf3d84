"""What a browser may do with our pages: nothing that does not come from us."""

import secrets
from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; worker-src 'self'"
)


def let_frame(request: HttpRequest, response: HttpResponseBase, hosts: Iterable[str]) -> None:
    """Let pages of these origins, and no others, show this answer in a frame."""
    policy = POLICY.format(nonce=request.csp_nonce)  # type: ignore[attr-defined]
    response.headers["Content-Security-Policy"] = policy.replace(
        "frame-ancestors 'none'", f"frame-ancestors {' '.join(hosts)}"
    )


class ContentSecurity:
    """Strict content security policy on every answer that has none; pages of a signed-in person are never stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.csp_nonce = secrets.token_urlsafe(12)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=request.csp_nonce))  # type: ignore[attr-defined]
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
