"""Which rows match, at a cost that hardly grows with how many there are.

PostgreSQL's own ranking reads every row that matches, and its planner can be wrong about how many do. So we take the
newest that match, rank those, and never more: looked for among the newest rows, among four times as many, and so on,
each time by the index over words and the batches of rows we look among. Of large batches few are many rows, and each is
one more list to read, whether or not it has the words.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Model, QuerySet, Value

from tandem.cases.models.searchable import BATCH, LARGE, batches, batches_of
from tandem.kit import prepared
from tandem.kit.keys import KEYS

# How far back each look goes, in batches of a size.
LOOKS = ((BATCH, 2), (BATCH, 8), (LARGE, 2), (LARGE, 8))
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


def newest(model: type[Model]) -> int:
    """The key of the newest row there is."""
    return next((pk for (pk,) in _newest(model)), 0)


@prepared.listed
def _newest(model: type[Model]) -> QuerySet:
    return model._default_manager.order_by("-pk").values_list("pk")[:1]


def newest_matching(rows: QuerySet, query: Any, *, most: int, upto: int) -> list[int]:
    """Keys of at most `most` rows up to key `upto` whose `words` match, newest first."""
    return newest_few(rows, query, most=most, upto=upto, enough=most)[0]


def newest_few(rows: QuerySet, query: Any, *, most: int, upto: int, enough: int) -> tuple[list[int], bool]:
    """The same, looking no further once there are `enough`; and whether there may be older ones."""
    span = _by_words_alone(rows.filter(words=query).alias(batches=batches_of("pk")))
    among = prepared.repeated(
        lambda keys, below: span.filter(batches__overlap=Value(keys, output_field=KEYS), pk__lt=below)[:most]
    )
    before = prepared.repeated(lambda below: span.filter(pk__lt=below)[:most])
    found: list[int] = []
    looks = _looks(upto)
    for keys, below in looks:
        found += [pk for (pk,) in (among(keys=keys, below=below) if keys else before(below=below))]
        if len(found) >= enough:
            break
    return found[:most], len(found) >= most or next(looks, None) is not None


def _looks(newest: int) -> Iterator[tuple[list[int], int]]:
    """The batches to look among and the key to stay below, one after the other: the newest few, ever more of them, then all.

    A look over large ones takes the rest with it where that is no more than twice as many.
    """
    below = newest + 1
    for size, many in LOOKS:
        first = max(newest // size + 1 - many, 0)
        older = first * size
        if size == LARGE and older <= 2 * (newest - older):
            break
        yield batches(size, first, (below - 1) // size), below
        if not (below := older):
            return
    yield [], below


def _by_words_alone(rows: QuerySet) -> QuerySet:
    """Ordered by a sum, which no index gives: that leaves the index over words."""
    return rows.order_by((F("pk") + 0).desc()).values_list("pk")


def matching(rows: QuerySet, query: Any, *, most: int, upto: int) -> list[int]:
    """The same for rows that are few, looked at one by one."""
    return [pk for (pk,) in _by_words_alone(rows.filter(words=query, pk__lte=upto))[:most]]
