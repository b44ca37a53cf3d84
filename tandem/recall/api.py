from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError

from tandem.cases.api import CaseOut
from tandem.learn.api import ArticleOut
from tandem.people.roles import Can
from tandem.recall.highlights import Piece
from tandem.recall.searching import BadPlace, CaseHit, Found, search

router = Router(tags=["recall"])


class PieceOut(Schema):
    """A piece of a text, in order; `hit` says whether it is what was searched for. Not markup: escape it."""

    text: str
    hit: bool


class CaseHitOut(Schema):
    case: CaseOut
    message: int | None
    title: list[PieceOut]
    excerpt: list[PieceOut]


class ArticleHitOut(Schema):
    article: ArticleOut
    excerpt: list[PieceOut]


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
    articles: list[ArticleHitOut]
    accounts: list[AccountHit]
    people: list[PersonHit]
    next: str | None


@router.get("/search", response=FoundOut, operation_id="search")
def find(request: HttpRequest, q: str, cursor: str | None = None) -> dict[str, Any]:
    """Words as in a search engine: "exact words", or, -without; a number finds that case. For colleagues."""
    request.user.must_be_able_to(Can.WORK)
    try:
        return _told(search(q, request.user, cursor=cursor))
    except BadPlace:
        raise HttpError(422, "That cursor is not one of ours; begin again without it.") from None


def _told(found: Found) -> dict[str, Any]:
    return {
        "cases": [_case(hit) for hit in found.cases],
        "articles": [{"article": hit.article, "excerpt": _pieces(hit.excerpt)} for hit in found.articles],
        "accounts": found.accounts,
        "people": found.people,
        "next": found.next,
    }


def _case(hit: CaseHit) -> dict[str, Any]:
    message = hit.message.pk if hit.message else None
    return {"case": hit.case, "message": message, "title": _pieces(hit.title), "excerpt": _pieces(hit.excerpt)}


def _pieces(pieces: list[Piece]) -> list[dict[str, Any]]:
    return [piece._asdict() for piece in pieces]
