from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from tandem.cases.api import find_case
from tandem.kit import jsonapi
from tandem.learn.models import Article
from tandem.people.roles import Can

router = Router(tags=["learn"])
MOST_FOUND = 30


class ArticleForCustomer(Schema):
    """What everybody reads of a published article, in Markdown."""

    slug: str
    title: str
    symptom: str
    environment: str
    cause: str
    resolution: str
    tried: str
    published_at: datetime | None


class ArticleOut(ArticleForCustomer):
    id: int
    state: str
    case: int | None
    drafted_at: datetime

    @staticmethod
    def resolve_case(article: Article) -> int | None:
        return jsonapi.told(article.case, "number")


class ArticlePage(Schema):
    items: list[ArticleOut | ArticleForCustomer]
    next: str | None


class ArticleIn(Schema):
    title: str
    symptom: str = ""
    environment: str = ""
    cause: str = ""
    resolution: str = ""
    tried: str = ""


class RevisionIn(Schema):
    """Only the sections that are given change."""

    title: str | None = None
    symptom: str | None = None
    environment: str | None = None
    cause: str | None = None
    resolution: str | None = None
    tried: str | None = None


class PublicationIn(Schema):
    names_are_harmless: bool = False


@router.get("/articles", response=ArticlePage, operation_id="list_articles")
def articles(request: HttpRequest, q: str = "", cursor: str | None = None, limit: int = 50) -> dict:
    """Newest first; with `q`, the best that match, on one page."""
    rows = Article.objects.visible_to(request.user).select_related("case")
    if q.strip():
        return {"items": _as_read(request, rows.matching(q).select_related("case")[:MOST_FOUND]), "next": None}
    found = jsonapi.page(rows, cursor=cursor, limit=limit)
    return {**found, "items": _as_read(request, found["items"])}


@router.get("/articles/{pk}", response=ArticleOut | ArticleForCustomer, operation_id="get_article")
def article(request: HttpRequest, pk: int) -> ArticleOut | ArticleForCustomer:
    return _as_read(request, [_find(request, pk)])[0]


@router.post("/articles", response={201: ArticleOut}, operation_id="write_article")
def write(request: HttpRequest, article: ArticleIn) -> Status[Article]:
    request.user.must_be_able_to(Can.WORK)
    return Status(201, Article.objects.write(by=request.user, **article.dict()))


@router.post("/cases/{number}/article", response={201: ArticleOut}, operation_id="draft_article")
def draft(request: HttpRequest, number: int) -> Status[Article]:
    return Status(201, Article.objects.draft_from(find_case(request, number, needs=Can.WORK), by=request.user))


@router.patch("/articles/{pk}", response=ArticleOut, operation_id="revise_article")
def revise(request: HttpRequest, pk: int, revision: RevisionIn) -> Article:
    article = _find(request, pk, needs=Can.WORK)
    article.revise(by=request.user, **revision.dict(exclude_none=True))
    return article


@router.post("/articles/{pk}/review", response={204: None}, operation_id="submit_article")
def submit(request: HttpRequest, pk: int) -> Status[None]:
    _find(request, pk, needs=Can.WORK).submit(by=request.user)
    return Status(204, None)


@router.post("/articles/{pk}/publication", response=ArticleOut, operation_id="publish_article")
def publish(request: HttpRequest, pk: int, publication: PublicationIn) -> Article:
    article = _find(request, pk, needs=Can.PUBLISH)
    article.publish(by=request.user, names_are_harmless=publication.names_are_harmless)
    return article


@router.delete("/articles/{pk}/publication", response={204: None}, operation_id="retire_article")
def retire(request: HttpRequest, pk: int) -> Status[None]:
    _find(request, pk, needs=Can.PUBLISH).retire(by=request.user)
    return Status(204, None)


def _find(request: HttpRequest, pk: int, *, needs: Can | None = None) -> Article:
    rows: QuerySet = Article.objects.visible_to(request.user).select_related("case__account")
    article = get_object_or_404(rows, pk=pk)
    if needs:
        request.user.must_be_able_to(needs)
    return article


def _as_read(request: HttpRequest, rows: list[Article] | QuerySet) -> list[ArticleOut | ArticleForCustomer]:
    schema = ArticleOut if request.user.is_colleague else ArticleForCustomer
    return [schema.from_orm(article) for article in rows]
