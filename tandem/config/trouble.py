"""What a visitor is told when we fail."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from tandem.kit import jsonapi

AWAY = (OperationalError, InterfaceError)
AGAIN_IN = 5  # seconds; a database that was killed is back by then


def handle(request: HttpRequest) -> HttpResponse:
    """503 while the database is away, so that programs and proxies try again; 500 for a mistake of ours."""
    if not isinstance(sys.exc_info()[1], AWAY):
        return server_error(request)
    sentence = _("The database does not answer at the moment. Nothing is lost; try again in a few seconds.")
    if request.path.startswith("/api/"):
        response = jsonapi.problem(request, 503, sentence)
    else:
        response = HttpResponse(f"{sentence}\n", status=503, content_type="text/plain; charset=utf-8")
    response.headers["Retry-After"] = str(AGAIN_IN)
    return response
