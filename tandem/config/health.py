"""For load balancers and supervisors: is the process there, is it ready. No details for strangers."""

from functools import cache

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return _say("ok", 200)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and knows all our migrations; 503 until then."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _require_all_migrations()
    except (Error, MigrationsMissing):
        return _say("not ready", 503)
    return _say("ready", 200)


class MigrationsMissing(Exception):
    """The database is of an older version than the code."""


@cache
def _require_all_migrations() -> None:
    """Looked up until it holds, and never again: it takes a tenth of a second, and anybody may ask."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise MigrationsMissing


def _say(word: str, status: int) -> HttpResponse:
    return HttpResponse(f"{word}\n", status=status, content_type="text/plain")
