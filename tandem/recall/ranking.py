"""Cases by what was typed: the best and newest that match in a title, a message or a file, each case once."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchRank
from django.db.models import F, QuerySet

from tandem.cases.models import Case, Message
from tandem.kit.keys import one_of
from tandem.recall.asking import Wanted
from tandem.recall.candidates import matching, newest, newest_matching
from tandem.recall.models import FileText

MESSAGES_RANKED = 400
TITLES_RANKED = 200
FILES_RANKED = 100
TITLE_WEIGHT = 3.0
# An old hit must be e times as good as one a year younger.
YEAR = 365 * 24 * 3600.0


class Newest(NamedTuple):
    """The newest rows there were when the search began: what comes later disturbs no page."""

    case: int
    message: int
    file: int

    @classmethod
    def now(cls) -> "Newest":
        return cls(newest(Case), newest(Message), newest(FileText))


class Scored(NamedTuple):
    """A case, and the message or the file in which it matches best, if it is not its title alone."""

    score: float
    case: int
    message: int | None = None
    file: int | None = None


class _Match(NamedTuple):
    case: int
    rank: float
    at: datetime
    message: int | None = None
    file: int | None = None


def scored(wanted: Wanted, actor: Any, upto: Newest) -> list[Scored]:
    """Each case that matches, once, with its best place; the best first."""
    said: dict[int, _Match] = {}
    for match in [*_messages(wanted, actor, upto.message), *_files(wanted, actor, upto.file)]:
        if match.case not in said or match.rank > said[match.case].rank:
            said[match.case] = match
    called = {match.case: match for match in _titles(wanted, actor, upto.case)}
    found = [_together(said.get(case), called.get(case)) for case in said.keys() | called.keys()]
    return sorted(found, key=lambda hit: (hit.score, hit.case), reverse=True)


def _together(said: _Match | None, called: _Match | None) -> Scored:
    best = said or called
    assert best
    rank = (said.rank if said else 0.0) + TITLE_WEIGHT * (called.rank if called else 0.0)
    at = max(match.at for match in (said, called) if match)
    return Scored(math.log(rank + 1e-6) + at.timestamp() / YEAR, best.case, best.message, best.file)


def _messages(wanted: Wanted, actor: Any, upto: int) -> Iterator[_Match]:
    rows = _narrowed(Message.objects.visible_to(actor), wanted, "stands_on")
    found = _ranked(Message, rows, wanted, MESSAGES_RANKED, upto)
    for case, pk, rank, at in found.values_list("stands_on_id", "pk", "rank", "created_at"):
        yield _Match(case, rank, at, message=pk)


def _files(wanted: Wanted, actor: Any, upto: int) -> Iterator[_Match]:
    rows = _narrowed(FileText.objects.visible_to(actor), wanted, "attachment__message__stands_on")
    found = _ranked(FileText, rows, wanted, FILES_RANKED, upto)
    message = "attachment__message"
    for case, said, pk, rank, at in found.values_list(
        f"{message}__stands_on_id", f"{message}_id", "pk", "rank", f"{message}__created_at"
    ):
        yield _Match(case, rank, at, message=said, file=pk)


def _titles(wanted: Wanted, actor: Any, upto: int) -> Iterator[_Match]:
    rows = _narrowed(Case.objects.visible_to(actor), wanted, "")
    for case, rank, at in _ranked(Case, rows, wanted, TITLES_RANKED, upto).values_list("pk", "rank", "active_at"):
        yield _Match(case, rank, at)


def _ranked(model: Any, rows: QuerySet, wanted: Wanted, most: int, upto: int) -> QuerySet:
    if wanted.few is None:
        keys = newest_matching(rows, wanted.words, most=most, upto=upto)
    else:
        keys = matching(rows, wanted.words, most=most, upto=upto)
    found = model.objects.filter(one_of(keys)).annotate(rank=SearchRank(F("words"), wanted.words, normalization=2))
    return found.order_by()


def _narrowed(rows: QuerySet, wanted: Wanted, case: str) -> QuerySet:
    if wanted.cases is None:
        return rows
    if wanted.few is not None:
        return rows.filter(**{f"{case}__in" if case else "pk__in": wanted.few})
    if not case:
        return rows.filter(wanted.cases)
    return rows.filter(**{f"{case}__in": Case.objects.filter(wanted.cases).values("pk")})
