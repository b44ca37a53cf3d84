"""Which rows match, at a cost that hardly grows with how many there are.

PostgreSQL's own ranking reads every row that matches, and its planner can be wrong about how many do. So we take the
newest that match, rank those, and never more: first among the newest rows of all, read one after the other; then, only
if those do not suffice, among ten times as many, and at last among all, by the index over words.
"""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, QuerySet

# How far back each look goes, in rows; the last goes back to the first row.
LOOKS = (20_000, 200_000)
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
    found: list[int] = []
    matching, newest = rows.filter(words=query), upto
    for oldest in [*(upto - rows_back for rows_back in LOOKS), 0]:
        span = matching.filter(pk__lte=newest, pk__gt=oldest)
        # Later looks order by a sum, which no index gives: that leaves the index over words.
        order = F("pk") if newest == upto else F("pk") + 0
        found += span.order_by(order.desc()).values_list("pk", flat=True)[: most - len(found)]
        if len(found) >= most or oldest <= 0:
            break
        newest = oldest
    return found


def matching(rows: QuerySet, query: Any, *, most: int, upto: int) -> list[int]:
    """The same for rows that are few, looked at one by one."""
    found = rows.filter(words=query, pk__lte=upto)
    return list(found.order_by((F("pk") + 0).desc()).values_list("pk", flat=True)[:most])
