"""Who calls: a token in `Authorization: Bearer …`, acting for its person and no further than its scopes."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from tandem.kit.errors import NotAllowed
from tandem.people.models import Token

SAFE = {"GET", "HEAD", "OPTIONS"}


class MissingScope(NotAllowed):
    """This token may not do that: issue one with the scope “write”."""


class Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = Token.objects.owner_of(token)
        if found is None:
            return None
        if (Token.Scope.READ if request.method in SAFE else Token.Scope.WRITE) not in found.scopes:
            raise MissingScope
        request.user = found.user
        return found
