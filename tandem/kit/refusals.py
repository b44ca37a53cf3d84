"""A refusal by the domain, said to a person: as a page, or as a word inside the page they are on."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tandem.kit.errors import Refused


class SayRefusals:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return _only_for_forms(request, response) if _is_opened(request, response) else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        context = {
            "sentence": error.sentence,
            "way_on": error.way_on,
            "back": request.META.get("HTTP_REFERER", "/"),
        }
        if "HX-Request" in request.headers:
            response = render(request, "kit/_refusal.html", context, status=error.status)
            response.headers["HX-Retarget"] = "#flash"
            response.headers["HX-Reswap"] = "innerHTML"
            return response
        return render(request, "kit/refusal.html", context, status=error.status)


def _is_opened(request: HttpRequest, response: HttpResponse) -> bool:
    """Somebody opened an address that acts only: from their history, or because signing in led back to it."""
    return request.method == "GET" and response.status_code == 405 and "text/html" in request.headers.get("Accept", "")


def _only_for_forms(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    sentence = _(
        "This address does something, and only a form may ask for it. Go to the page with the form and press its button."
    )
    page = render(request, "kit/refusal.html", {"sentence": sentence, "back": "/"}, status=405)
    page.headers["Allow"] = response.headers["Allow"]
    return page
