"""Which rows match, at a cost that hardly grows with how many there are.

PostgreSQL's own ranking reads every row that matches, and its planner can be wrong about how many do. So we take the
newest that match, rank those, and never more: looked for among the newest rows, among four times as many, and so on,
each time by the index over words and the batches of rows we look among.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Q, QuerySet

from tandem.cases.models.searchable import BATCH, batch_of

# How far back each look goes, in batches.
LOOKS = (2, 8, 32, 128)
WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12
BEGUN = 3  # letters of a beginning: with fewer, nearly every row matches
FEW = 3_000


def query_of(words: str) -> SearchQuery:
    """As one types it into a search engine: "exact words", or, -without."""
    return SearchQuery(words, config="english", search_type="websearch")


def beginning(words: str) -> SearchQuery | None:
    """All of these words, the last of them perhaps not typed to its end."""
    *whole, last = WORD.findall(words)[:MOST_WORDS] or [""]
    if not last:
        return None
    begun = f"({last} | {last}:*)" if len(last) >= BEGUN else last
    return SearchQuery(" & ".join([*whole, begun]), config="english", search_type="raw")


def newest(rows: Any) -> int:
    """The key of the newest row there is."""
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def newest_matching(rows: QuerySet, query: Any, *, most: int, upto: int) -> list[int]:
    """Keys of at most `most` rows up to key `upto` whose `words` match, newest first."""
    span = _by_words_alone(rows.filter(words=query, pk__lte=upto).alias(batch=batch_of("pk")))
    found: list[int] = []
    for look in _looks(upto // BATCH):
        found += span.filter(look)[: most - len(found)]
        if len(found) == most:
            break
    return found


def _looks(newest: int) -> Iterator[Q]:
    """Which rows to look among, one after the other: the newest few batches, ever more of them, then all that are older."""
    above = newest + 1
    for many in LOOKS:
        below = max(newest + 1 - many, 0)
        yield Q(batch__overlap=list(range(below, above)))
        if not (above := below):
            return
    yield Q(pk__lt=above * BATCH)


def _by_words_alone(rows: QuerySet) -> QuerySet:
    """Ordered by a sum, which no index gives: that leaves the index over words."""
    return rows.order_by((F("pk") + 0).desc()).values_list("pk", flat=True)


def matching(rows: QuerySet, query: Any, *, most: int, upto: int) -> list[int]:
    """The same for rows that are few, looked at one by one."""
    return list(_by_words_alone(rows.filter(words=query, pk__lte=upto))[:most])
