"""One search for colleagues, over all they may read: cases, what was said on them and stands in files, what is broken now,
articles, accounts, people."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core import signing

from tandem.cases.models import Attachment, Case, Message
from tandem.cases.query.language import TooMuch
from tandem.customers.models import Account
from tandem.kit.bounded import TooMuchToSearch, bounded
from tandem.learn.models import Article
from tandem.people.models import User
from tandem.recall.asking import LONGEST, Wanted, wanted
from tandem.recall.calling import numbered, with_signs
from tandem.recall.highlights import Piece, around, excerpt, pieces, whole
from tandem.recall.models import FileText
from tandem.recall.names import accounts_named, people_named
from tandem.recall.ranking import Newest, Scored, ranked
from tandem.recall.slips import meant
from tandem.recall.troubles import Trouble, troubles_about

PAGE = 20
OTHERS = 5
LITTLE = 3  # with fewer cases found, a slip may be the reason


class CaseHit(NamedTuple):
    """A case, its title with the hits marked, and where it matches best: a message, or a file that came with it.

    `is_parent`: other cases wait for it; `has_workaround`: one that holds.
    """

    case: Case
    title: list[Piece]
    message: Message | None
    excerpt: list[Piece]
    file: Attachment | None = None
    is_parent: bool = False
    has_workaround: bool = False


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
    next: str | None
    """The cursor of the next page of cases; the other groups stand on the first."""
    meant: str = ""
    """What may have been meant, where little is found."""
    doubts: tuple[str, ...] = ()
    goes_on: str = ""
    """Where there are more cases like that than stand here: what to ask the queue for, which has them all."""
    more_articles: bool = False
    troubles: tuple[Trouble, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not len(self)

    def __len__(self) -> int:
        return sum(map(len, (self.cases, self.troubles, self.articles, self.accounts, self.people)))


class Place(NamedTuple):
    """Where a page begins: below this score and key, among the rows there were when the search began."""

    score: float
    key: int
    upto: Newest


class BadPlace(ValueError):
    """That cursor is not one of ours."""


def search(typed: str, actor: Any, *, cursor: str | None = None, is_begun: bool = False) -> Found:
    """What `actor` may read that matches, best and newest first. Raises `BadPlace`, `TooMuchToSearch`.

    Words of the query language narrow the cases, and then nothing else is found. `is_begun`: somebody is still typing.
    """
    typed = " ".join(typed.replace("\x00", " ").split())[:LONGEST]
    begin = _opened(cursor) if cursor else None
    with bounded():
        try:
            told = wanted(typed, actor, is_begun=is_begun)
        except TooMuch:
            raise TooMuchToSearch from None
        if told.doubts:
            return Found([], [], [], [], None, doubts=tuple(told.doubts))
        if told.words is None:
            return _only_narrowed(told, actor)
        return _searched(told, actor, begin)


def _searched(told: Wanted, actor: Any, begin: Place | None) -> Found:
    place = begin or Place(math.inf, 0, Newest.now())
    of_number = numbered(told.typed, actor) if begin is None else None
    hits, is_cut = ranked(told, actor, place.upto)
    page, later = _page([hit for hit in hits if hit.case != (of_number and of_number.pk)], place)
    goes_on = told.in_the_queue if is_cut and not later else ""
    cases = [*_of_number(of_number), *_shown(page, told, actor)]
    slip = meant(told, actor) if begin is None and len(cases) < LITTLE else ""
    if begin or told.cases is not None:
        return Found(cases, [], [], [], later, slip, goes_on=goes_on)
    accounts = list(accounts_named(told.typed, actor)[:OTHERS])
    people = list(people_named(told.typed, actor)[:OTHERS])
    articles, troubles = _articles(told, actor), tuple(troubles_about(told.words, actor))
    more = len(articles) > OTHERS
    others = (articles[:OTHERS], accounts, people)
    return Found(cases, *others, later, slip, goes_on=goes_on, more_articles=more, troubles=troubles)


def _only_narrowed(told: Wanted, actor: Any) -> Found:
    if told.cases is None:
        return Found([], [], [], [], None)
    cases = with_signs(Case.objects.visible_to(actor).with_people()).filter(told.cases).order_by("-active_at", "-pk")
    found = list(cases[: PAGE + 1])
    goes_on = told.in_the_queue if len(found) > PAGE else ""
    return Found([hit for case in found[:PAGE] for hit in _of_number(case)], [], [], [], None, goes_on=goes_on)


def _page(hits: list[Scored], place: Place) -> tuple[list[Scored], str | None]:
    below = [hit for hit in hits if (hit.score, hit.case) < (place.score, place.key)]
    page, more = below[:PAGE], len(below) > PAGE
    later = place._replace(score=page[-1].score, key=page[-1].case) if more else None
    return page, signing.dumps(list(later)) if later else None


def _opened(cursor: str) -> Place:
    try:
        score, key, upto = signing.loads(cursor)
        return Place(score, key, Newest(*upto))
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise BadPlace from error


def _of_number(case: Any) -> list[CaseHit]:
    if case is None:
        return []
    signs = {"is_parent": case.is_parent, "has_workaround": case.has_workaround}
    return [CaseHit(case, [Piece(case.title, False)], None, [], **signs)]


def _shown(page: list[Scored], told: Wanted, actor: Any) -> list[CaseHit]:
    """With the hits marked, three queries; looked up through the actor's eyes once more."""
    cases = with_signs(Case.objects.visible_to(actor).with_people()).annotate(marked=whole("title", told.words))
    found = cases.in_bulk([hit.case for hit in page])
    messages = Message.objects.visible_to(actor).select_related("author").annotate(marked=excerpt("body", told.words))
    said = messages.in_bulk([hit.message for hit in page if hit.message])
    files = FileText.objects.visible_to(actor).select_related("attachment").defer("text", "words")
    read = files.annotate(marked=excerpt("text", told.words)).in_bulk([hit.file for hit in page if hit.file])
    return [_hit(found[hit.case], said.get(hit.message), read.get(hit.file)) for hit in page if hit.case in found]


def _hit(case: Any, message: Any, file: Any) -> CaseHit:
    said = (pieces(file.marked) if file else around(message.marked, message.body)) if message else []
    attachment = file.attachment if file and message else None
    return CaseHit(case, pieces(case.marked), message, said, attachment, case.is_parent, case.has_workaround)


def _articles(told: Wanted, actor: Any) -> list[ArticleHit]:
    found = Article.objects.visible_to(actor).standing().matching(told.words)
    marked = found.annotate(marked=whole("title", told.words), around=excerpt("symptom", told.words))
    return [
        ArticleHit(article, pieces(article.marked), around(article.around, article.symptom))
        for article in marked[: OTHERS + 1]
    ]
