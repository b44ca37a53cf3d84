"""One search for colleagues, over all they may read: cases and what was said on them, articles, accounts, people."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core import signing
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tandem.cases.models import Case, Message
from tandem.customers.models import Account
from tandem.kit.bounded import bounded
from tandem.learn.models import Article
from tandem.people.models import User
from tandem.recall.calling import numbered
from tandem.recall.candidates import newest, newest_matching, query_of
from tandem.recall.highlights import Piece, excerpt, pieces, whole
from tandem.recall.names import accounts_named, people_named

PAGE = 20
OTHERS = 5
MESSAGES_RANKED = 400
TITLES_RANKED = 200
MOST_LISTED = 3_000
TITLE_WEIGHT = 3.0
# An old hit must be e times as good as one a year younger.
YEAR = 365 * 24 * 3600.0


class CaseHit(NamedTuple):
    """A case, its title with the hits marked, and the message that matches best, if one does."""

    case: Case
    title: list[Piece]
    message: Message | None
    excerpt: list[Piece]


class ArticleHit(NamedTuple):
    article: Article
    title: list[Piece]
    excerpt: list[Piece]


@dataclass(frozen=True)
class Found:
    cases: list[CaseHit]
    articles: list[ArticleHit]
    accounts: list[Account]
    people: list[User]
    # The cursor of the next page of cases; the other groups stand on the first.
    next: str | None

    @property
    def is_empty(self) -> bool:
        return not (self.cases or self.articles or self.accounts or self.people)


class Place(NamedTuple):
    """Where a page begins: below this score and key, among the rows there were when the search began."""

    score: float
    key: int
    upto_case: int
    upto_message: int


class BadPlace(ValueError):
    """That cursor is not one of ours."""


def search(words: str, actor: Any, *, cursor: str | None = None) -> Found:
    """What `actor` may read that matches, best and newest first. Raises `BadPlace`, `TooMuchToSearch`."""
    words = " ".join(words.replace("\x00", " ").split())[:200]
    begin = _opened(cursor) if cursor else None
    with bounded():
        query = query_of(words)
        place = begin or Place(math.inf, 0, newest(Case.objects), newest(Message.objects))
        scored = _scored(query, actor, place)
        of_number = numbered(words, actor) if begin is None else None
        page, later = _page([hit for hit in scored if hit.case != (of_number and of_number.pk)], place)
        return Found(
            cases=[*_of_number(of_number), *_shown(page, query, actor)],
            articles=[] if begin else _articles(words, query, actor),
            accounts=[] if begin else list(accounts_named(words, actor)[:OTHERS]),
            people=[] if begin else list(people_named(words, actor)[:OTHERS]),
            next=later,
        )


def having(words: str, actor: Any) -> Q:
    """Cases with these words in their title or in one message, for lists; and the case with that number.

    Rare words are looked up by the index over words. Of common ones that would be too many: there each case the list comes
    past is asked whether it has them.
    """
    words = words.replace("\x00", " ")
    query, of_number = query_of(words), numbered(words, actor)
    titles, said = Case.objects.visible_to(actor), Message.objects.visible_to(actor)
    with bounded():
        cases = newest_matching(titles, query, most=MOST_LISTED, upto=newest(Case.objects))
        messages = newest_matching(said, query, most=MOST_LISTED, upto=newest(Message.objects))
        on = Message.objects.filter(pk__in=messages).order_by().values_list("stands_on_id", flat=True).distinct()
        found = {*cases, *on} | ({of_number.pk} if of_number else set())
    if max(len(cases), len(messages)) < MOST_LISTED:
        return Q(pk__in=found)
    here = Exists(said.filter(words=query, stands_on=OuterRef("pk")))
    return Q(here) | Q(words=query) | Q(pk__in=[of_number.pk] if of_number else [])


class Scored(NamedTuple):
    score: float
    case: int
    message: int | None


def _scored(query: SearchQuery, actor: Any, place: Place) -> list[Scored]:
    """Each case that matches, once, with its best message; the best first."""
    best: dict[int, tuple[float, int | None, datetime]] = {}
    for case, message, rank, at in _messages(query, actor, place.upto_message):
        if case not in best or rank > best[case][0]:
            best[case] = (rank, message, at)
    for case, rank, at in _titles(query, actor, place.upto_case):
        said, message, said_at = best.get(case, (0.0, None, at))
        best[case] = (said + TITLE_WEIGHT * rank, message, max(at, said_at))
    scored = [Scored(_score(rank, at), case, message) for case, (rank, message, at) in best.items()]
    return sorted(scored, key=lambda hit: (hit.score, hit.case), reverse=True)


def _messages(query: SearchQuery, actor: Any, upto: int) -> QuerySet:
    keys = newest_matching(Message.objects.visible_to(actor), query, most=MESSAGES_RANKED, upto=upto)
    ranked = Message.objects.filter(pk__in=keys).annotate(rank=SearchRank(F("words"), query, normalization=2))
    return ranked.order_by().values_list("stands_on_id", "pk", "rank", "created_at")


def _titles(query: SearchQuery, actor: Any, upto: int) -> QuerySet:
    keys = newest_matching(Case.objects.visible_to(actor), query, most=TITLES_RANKED, upto=upto)
    ranked = Case.objects.filter(pk__in=keys).annotate(rank=SearchRank(F("words"), query, normalization=2))
    return ranked.order_by().values_list("pk", "rank", "active_at")


def _score(rank: float, at: datetime) -> float:
    return math.log(rank + 1e-6) + at.timestamp() / YEAR


def _page(scored: list[Scored], place: Place) -> tuple[list[Scored], str | None]:
    below = [hit for hit in scored if (hit.score, hit.case) < (place.score, place.key)]
    page, more = below[:PAGE], len(below) > PAGE
    later = place._replace(score=page[-1].score, key=page[-1].case) if more else None
    return page, signing.dumps(list(later)) if later else None


def _opened(cursor: str) -> Place:
    try:
        return Place(*signing.loads(cursor))
    except (signing.BadSignature, TypeError) as error:
        raise BadPlace from error


def _of_number(case: Case | None) -> list[CaseHit]:
    return [CaseHit(case, [Piece(case.title, False)], None, [])] if case else []


def _shown(page: list[Scored], query: SearchQuery, actor: Any) -> list[CaseHit]:
    """With the hits marked, two queries; looked up through the actor's eyes once more."""
    cases = Case.objects.visible_to(actor).with_people().annotate(marked=whole("title", query))
    found = cases.in_bulk([hit.case for hit in page])
    messages = Message.objects.visible_to(actor).select_related("author").annotate(marked=excerpt("body", query))
    said = messages.in_bulk([hit.message for hit in page if hit.message])
    return [_hit(found[hit.case], said.get(hit.message)) for hit in page if hit.case in found]


def _hit(case: Any, message: Any) -> CaseHit:
    return CaseHit(case, pieces(case.marked), message, pieces(message.marked) if message else [])


def _articles(words: str, query: SearchQuery, actor: Any) -> list[ArticleHit]:
    found = Article.objects.visible_to(actor).standing().matching(words)
    marked = found.annotate(marked=whole("title", query), around=excerpt("symptom", query))
    return [ArticleHit(article, pieces(article.marked), pieces(article.around)) for article in marked[:OTHERS]]
