"""Which rows match, at a cost that hardly grows with how many there are.

PostgreSQL's own ranking reads every row that matches, and its planner can be wrong about how many do. So we take the
newest that match, rank those, and never more: looked for among the nearest batches of rows, then as far back as these let
expect enough, and only then among all; each time by the index over words and batches.
"""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Q, QuerySet

from tandem.cases.models.searchable import BATCH, batch_of

NEAR, FAR = 2, 128  # batches
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
    above, many = upto // BATCH + 1, NEAR
    while above and len(found) < most:
        below = max(above - many, 0)
        look = Q(batch__overlap=list(range(below, above))) if many <= FAR else Q(pk__lt=above * BATCH)
        found += span.filter(look)[: most - len(found)]
        above, many = below, _further(len(found), most) if many == NEAR else above
    return found


def _further(found: int, most: int) -> int:
    """So many batches more are likely to have enough, with half as many again, by what the nearest had."""
    return min(3 * NEAR * most // (2 * found), FAR) if found else FAR


def _by_words_alone(rows: QuerySet) -> QuerySet:
    """Ordered by a sum, which no index gives: that leaves the index over words."""
    return rows.order_by((F("pk") + 0).desc()).values_list("pk", flat=True)


def matching(rows: QuerySet, query: Any, *, most: int, upto: int) -> list[int]:
    """The same for rows that are few, looked at one by one."""
    return list(_by_words_alone(rows.filter(words=query, pk__lte=upto))[:most])
