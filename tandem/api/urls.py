from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tandem.api.doors import Bearer
from tandem.api.parsing import Keepable
from tandem.kit import jsonapi
from tandem.kit.errors import Refused

api = NinjaAPI(
    title="Tandem",
    version="1",
    description="The journey of a case, step by step, as JSON.",
    auth=Bearer(),
    parser=Keepable(),
)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return jsonapi.problem(request, error.status, error.sentence)


@api.exception_handler(Http404)
@api.exception_handler(ObjectDoesNotExist)
def not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return jsonapi.problem(request, 404, "There is nothing here that you may see.")


@api.exception_handler(AuthenticationError)
def who_are_you(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return jsonapi.problem(request, 401, "Send a token of ours: Authorization: Bearer …")


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [{"pointer": "/".join(map(str, e["loc"])), "detail": e["msg"]} for e in error.errors]
    return jsonapi.problem(request, 422, "Some of that is missing or not of its kind.", errors=wrong)


@api.exception_handler(HttpError)
def as_said(request: HttpRequest, error: HttpError) -> HttpResponse:
    return jsonapi.problem(request, error.status_code, str(error))


# All are loaded before the first is added: a later room may put a verb on an earlier room's address, by its router.
for room in [import_module(f"{room}.api") for room in settings.ROOMS if find_spec(f"{room}.api")]:
    api.add_router("", room.router)

public = [path("api/v1/", api.urls)]
