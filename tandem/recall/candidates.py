"""Which rows match, at a cost that hardly grows with how many there are.

PostgreSQL's own ranking reads every row that matches, and its planner can be wrong about how many do. So we take the
newest that match, rank those, and never more: first among the newest rows, either way the planner thinks is best, and
only if those do not suffice among all, by the index over words.
"""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, QuerySet

# How far back the first look goes, in rows: as many as can be read one after the other while one waits.
NEWEST = 200_000
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
    span = rows.filter(words=query, pk__lte=upto)
    found = [*span.filter(pk__gt=upto - NEWEST).order_by("-pk").values_list("pk", flat=True)[:most]]
    if len(found) < most and upto > NEWEST:
        # Ordered by a sum, which no index gives: that leaves the index over words.
        older = span.filter(pk__lte=upto - NEWEST).order_by((F("pk") + 0).desc())
        found += older.values_list("pk", flat=True)[: most - len(found)]
    return found


def matching(rows: QuerySet, query: Any, *, most: int, upto: int) -> list[int]:
    """The same for rows that are few, looked at one by one."""
    found = rows.filter(words=query, pk__lte=upto)
    return list(found.order_by((F("pk") + 0).desc()).values_list("pk", flat=True)[:most])
