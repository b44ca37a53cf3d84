"""Which rows match, at a cost that does not grow with how many there are.

PostgreSQL's own ranking reads every row that matches, and its planner can be wrong about how many do. So we take the
newest that match, rank those, and never more: first among the newest rows of all, one after the other; then, only if
those do not suffice (so few match), by the index.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.postgres.search import SearchQuery
from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet

from tandem.kit.errors import Refused

NEWEST = 20_000
PATIENCE = 3000  # milliseconds a statement may take
CANCELED = "57014"


class TooMuchToSearch(Refused):
    """That takes too long to search. One more word, or a rarer one, finds it faster."""

    status = 422


def query_of(words: str) -> SearchQuery:
    """As one types it into a search engine: "exact words", or, -without."""
    return SearchQuery(words, config="english", search_type="websearch")


def newest_matching(rows: QuerySet, query: SearchQuery, *, most: int, upto: int) -> list[int]:
    """Keys of at most `most` rows up to key `upto` whose `words` match, newest first."""
    matching = rows.filter(words=query, pk__lte=upto)
    recent = matching.filter(pk__gt=upto - NEWEST).order_by("-pk")
    found = [*recent.values_list("pk", flat=True)[:most]]
    if len(found) < most:
        # Ordered by a sum, which no index gives: that leaves the index over words.
        older = matching.filter(pk__lte=upto - NEWEST).order_by((F("pk") + 0).desc())
        found += older.values_list("pk", flat=True)[: most - len(found)]
    return found


@contextmanager
def bounded() -> Iterator[None]:
    """Never read a whole table, never longer than PATIENCE. Raises `TooMuchToSearch`."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('enable_seqscan', 'off', true), set_config('statement_timeout', %s, true)", [str(PATIENCE)])
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == CANCELED:
            raise TooMuchToSearch from error
        raise
