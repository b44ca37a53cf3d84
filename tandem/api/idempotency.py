"""Idempotency-Key: a create that was answered is answered the same again; the effect and the answer commit together."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from tandem.api.models import Answer
from tandem.kit import jsonapi, tokens
from tandem.people.models import Token


class Idempotency:
    """For POST below /api/ with the header. Kept seven days; the same key with another request is refused with 422."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if request.method != "POST" or not key or not request.path.startswith("/api/"):
            return self.get_response(request)
        if len(key) > 200:
            return jsonapi.problem(request, 422, "The Idempotency-Key may have up to 200 characters.")
        if Token.objects.owner_of(request.headers.get("Authorization", "").removeprefix("Bearer ")) is None:
            return self.get_response(request)  # which says 401; nothing is replayed to whoever may not come in
        return self._once(request, key)

    def _once(self, request: HttpRequest, key: str) -> HttpResponse:
        caller = tokens.fingerprint(request.headers.get("Authorization", ""))
        asked = tokens.fingerprint(f"{request.method} {request.get_full_path()} {tokens.fingerprint_of(request.body)}")
        with transaction.atomic():
            # A second call with this key waits here for the first to commit.
            answer, is_new = Answer.objects.get_or_create(caller=caller, key=key, defaults={"request": asked})
            if not is_new:
                return self._again(request, answer, asked)
            response = self.get_response(request)
            if response.status_code >= 500 or response.status_code in (401, 403, 429):
                transaction.set_rollback(True)
                return response
            is_secret = getattr(request, "answer_is_secret", False)
            answer.status, answer.body = response.status_code, "" if is_secret else response.content.decode()
            answer.content_type = response.headers.get("Content-Type", "")
            answer.save()
            return response

    def _again(self, request: HttpRequest, answer: Answer, asked: str) -> HttpResponse:
        if answer.request != asked:
            return jsonapi.problem(request, 422, "This Idempotency-Key was used for another request; take a new one.")
        if not answer.body and answer.status == 201:
            return jsonapi.problem(
                request, 409, "This was done, and its secret shown, once. Make another if you lost it."
            )
        response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
        response.headers["Idempotent-Replayed"] = "true"
        return response
