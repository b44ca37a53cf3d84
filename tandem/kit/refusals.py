"""A refusal by the domain, said to a person: as a page, or as a word inside the page they are on."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tandem.kit.errors import Refused


class SayRefusals:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

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
