from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError

from tandem.cases.api import CaseOut
from tandem.cases.query import NotUnderstood
from tandem.learn.api import ArticleOut
from tandem.people.roles import Can
from tandem.recall.highlights import Piece
from tandem.recall.searching import BadPlace, CaseHit, Found, search
from tandem.recall.troubles import Trouble

router = Router(tags=["recall"])


class PieceOut(Schema):
    """A piece of a text, in order; `hit` says whether it is what was searched for. Not markup: escape it."""

    text: str
    hit: bool


class CaseHitOut(Schema):
    """Where it matches best is a message, or the file of that key that came with it."""

    case: CaseOut
    message: int | None
    file: UUID | None
    is_parent: bool
    """Other cases wait for it."""
    has_workaround: bool
    """One that holds."""
    title: list[PieceOut]
    excerpt: list[PieceOut]


class ArticleHitOut(Schema):
    article: ArticleOut
    excerpt: list[PieceOut]


class TroubleOut(Schema):
    """A component in trouble, and what that means to customers."""

    slug: str
    name: str
    state: str
    says: str


class AccountHit(Schema):
    id: int
    name: str
    slug: str


class PersonHit(Schema):
    id: int
    name: str
    email: str
    role: str


class FoundOut(Schema):
    cases: list[CaseHitOut]
    troubles: list[TroubleOut]
    articles: list[ArticleHitOut]
    more_articles: bool
    accounts: list[AccountHit]
    people: list[PersonHit]
    next: str | None
    goes_on: str
    """Where there are more cases like that than are found here: the `q` of a list of cases with all whose title or messages match."""
    meant: str
    """What may have been meant, where little is found."""


@router.get("/search", response=FoundOut, operation_id="search")
def find(request: HttpRequest, q: str, cursor: str | None = None) -> dict[str, Any]:
    """Words as in a search engine: "exact words", or, -without; a number finds that case. Words of the query language,
    `account:northwind is:closed`, narrow the cases. For colleagues.
    """
    request.user.must_be_able_to(Can.WORK)
    try:
        found = search(q, request.user, cursor=cursor)
    except BadPlace:
        raise HttpError(422, "That cursor is not one of ours; begin again without it.") from None
    if found.doubts:
        raise NotUnderstood(" ".join(found.doubts))
    return _told(found)


def _told(found: Found) -> dict[str, Any]:
    return {
        "cases": [_case(hit) for hit in found.cases],
        "troubles": [_trouble(one) for one in found.troubles],
        "more_articles": found.more_articles,
        "articles": [{"article": hit.article, "excerpt": _pieces(hit.excerpt)} for hit in found.articles],
        "accounts": found.accounts,
        "people": found.people,
        "next": found.next,
        "goes_on": found.goes_on,
        "meant": found.meant,
    }


def _case(hit: CaseHit) -> dict[str, Any]:
    place = {"message": hit.message and hit.message.pk, "file": hit.file and hit.file.key}
    known = {"is_parent": hit.is_parent, "has_workaround": hit.has_workaround}
    return {"case": hit.case, **place, **known, "title": _pieces(hit.title), "excerpt": _pieces(hit.excerpt)}


def _trouble(one: Trouble) -> dict[str, str]:
    component = one.component
    return {"slug": component.slug, "name": component.name, "state": component.state, "says": one.says}


def _pieces(pieces: list[Piece]) -> list[dict[str, Any]]:
    return [piece._asdict() for piece in pieces]
