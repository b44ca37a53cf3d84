"""Cases by what was typed: the best and newest that match in a title, a message or a file, each case once."""

import math
from datetime import UTC
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchRank
from django.db.models import F, FloatField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Extract

from tandem.cases.models import Case, Message
from tandem.kit.keys import one_of
from tandem.recall.asking import Wanted
from tandem.recall.candidates import matching, newest, newest_few
from tandem.recall.listing import any_of
from tandem.recall.models import FileText

# At most so many. With one in ENOUGH of that nobody looks four times as far for the rest.
MESSAGES_RANKED = 400
TITLES_RANKED = 200
FILES_RANKED = 100
ENOUGH = 5
TITLE_WEIGHT = 3.0
# An old hit must be e times as good as one a year younger.
YEAR = 365 * 24 * 3600.0  # seconds


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


class Ranked(NamedTuple):
    """The best first. `is_cut`: older ones that match as well were not looked at."""

    hits: list[Scored]
    is_cut: bool


class _Match(NamedTuple):
    case: int
    rank: float
    at: float  # seconds since 1970
    message: int | None = None
    file: int | None = None


class _Matches(NamedTuple):
    matches: list[_Match]
    is_cut: bool


def ranked(wanted: Wanted, actor: Any, upto: Newest) -> Ranked:
    """Each case that matches, once, with its best place."""
    messages, files, titles = _messages(wanted, actor, upto), _files(wanted, actor, upto), _titles(wanted, actor, upto)
    said: dict[int, _Match] = {}
    for match in [*messages.matches, *files.matches]:
        if match.case not in said or match.rank > said[match.case].rank:
            said[match.case] = match
    called = {match.case: match for match in titles.matches}
    cases = said.keys() | called.keys()
    if wanted.unwanted is not None:
        cases -= set(_with_it(wanted.unwanted, actor).filter(one_of(cases)).values_list("pk", flat=True))
    hits = [_together(said.get(case), called.get(case)) for case in cases]
    is_cut = messages.is_cut or files.is_cut or titles.is_cut
    return Ranked(sorted(hits, key=lambda hit: (hit.score, hit.case), reverse=True), is_cut)


def _with_it(words: Any, actor: Any) -> QuerySet:
    """Cases that have it anywhere: whether a message has, is asked of each."""
    said = Message.objects.visible_to(actor).filter(words=words, stands_on=OuterRef("pk"))
    return Case.objects.filter(Q(words=words) | Q(any_of(said))).order_by()


def _together(said: _Match | None, called: _Match | None) -> Scored:
    best = said or called
    assert best
    rank = (said.rank if said else 0.0) + TITLE_WEIGHT * (called.rank if called else 0.0)
    at = max(match.at for match in (said, called) if match)
    return Scored(math.log(rank + 1e-6) + at / YEAR, best.case, best.message, best.file)


def _messages(wanted: Wanted, actor: Any, upto: Newest) -> _Matches:
    rows = _narrowed(Message.objects.visible_to(actor), wanted, "stands_on")
    keys, is_cut = _newest(rows, wanted, MESSAGES_RANKED, upto.message)
    found = _judged(Message, keys, wanted, "created_at").values_list("stands_on_id", "rank", "at", "pk")
    return _Matches([_Match(*row) for row in found], is_cut)


def _files(wanted: Wanted, actor: Any, upto: Newest) -> _Matches:
    message = "attachment__message"
    rows = _narrowed(FileText.objects.visible_to(actor), wanted, f"{message}__stands_on")
    keys, is_cut = _newest(rows, wanted, FILES_RANKED, upto.file)
    columns = (f"{message}__stands_on_id", "rank", "at", f"{message}_id", "pk")
    found = _judged(FileText, keys, wanted, f"{message}__created_at").values_list(*columns)
    return _Matches([_Match(*row) for row in found], is_cut)


def _titles(wanted: Wanted, actor: Any, upto: Newest) -> _Matches:
    keys, is_cut = _newest(_narrowed(Case.objects.visible_to(actor), wanted, ""), wanted, TITLES_RANKED, upto.case)
    found = _judged(Case, keys, wanted, "active_at").values_list("pk", "rank", "at")
    return _Matches([_Match(*row) for row in found], is_cut)


def _newest(rows: QuerySet, wanted: Wanted, most: int, upto: int) -> tuple[list[int], bool]:
    """Their keys, and whether there may be older ones."""
    if wanted.few is None:
        enough = most // ENOUGH if wanted.unwanted is None else most  # many may be taken away again
        return newest_few(rows, wanted.words, most=most, upto=upto, enough=enough)
    keys = matching(rows, wanted.words, most=most, upto=upto)
    return keys, len(keys) == most


def _judged(model: Any, keys: list[int], wanted: Wanted, at: str) -> QuerySet:
    """How well each matches, and when it was, as a plain number: to read a time takes Python as long as all the rest of a row."""
    rank = SearchRank(F("words"), wanted.words, normalization=2)
    seconds = Cast(Extract(at, "epoch", tzinfo=UTC), FloatField())
    return model.objects.filter(one_of(keys)).annotate(rank=rank, at=seconds).order_by()


def _narrowed(rows: QuerySet, wanted: Wanted, case: str) -> QuerySet:
    if wanted.cases is None:
        return rows
    if wanted.few is not None:
        return rows.filter(**{f"{case}__in" if case else "pk__in": wanted.few})
    if not case:
        return rows.filter(wanted.cases)
    return rows.filter(**{f"{case}__in": Case.objects.filter(wanted.cases).values("pk")})
