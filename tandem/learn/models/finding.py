from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.kit.errors import Invalid
from tandem.learn.drafting import sections_of
from tandem.learn.models.sections import SECTIONS
from tandem.people.visibility import VisibleTo

if TYPE_CHECKING:
    from tandem.learn.models.article import Article

# Ranking reads each row it ranks, so it ranks the newest of those that match, not all.
MOST_RANKED = 2000


class ArticleQuerySet(VisibleTo):
    def published(self) -> Self:
        """What everybody may read."""
        return self.filter(published_at__isnull=False, retired_at=None)

    def to_review(self) -> Self:
        """Drafts; those somebody asked to be reviewed first."""
        drafts = self.filter(published_at=None, retired_at=None)
        return drafts.order_by(models.F("submitted_at").asc(nulls_last=True), "-pk")

    def standing(self) -> Self:
        return self.filter(retired_at=None)

    def matching(self, words: Any) -> Self:
        """The best first; `words` as one types them into a search engine: "exact words", or, -without; or a query."""
        query = words
        if isinstance(words, str):
            query = SearchQuery(words.replace("\x00", ""), config="english", search_type="websearch")
        found = self.filter(words=query).order_by("-pk").values("pk")[:MOST_RANKED]
        ranked = self.model._default_manager.filter(pk__in=found).annotate(
            rank=SearchRank(models.F("words"), query, normalization=1)
        )
        return ranked.order_by("-rank", "-pk")  # type: ignore[return-value]

    def customers_share(self, actor: Any) -> Q:
        return Q(published_at__isnull=False, retired_at=None)


class ArticleManager(models.Manager.from_queryset(ArticleQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def draft_from(self, case: Any, *, by: Any = None) -> "Article":
        """Draft what the case taught, from its ledger. `by=None` is the house itself.

        A draft nobody has touched is written anew; one that somebody has, stays as it is.
        """
        case.lock()
        article = self.standing().filter(case=case).first()
        if article is None:
            return self._begin(sections_of(case), case=case, by=by)
        if article.is_untouched:
            article.revise(by=by, **sections_of(case))
        return article

    @transaction.atomic
    def write(self, *, by: Any, title: str, **sections: str) -> "Article":
        """An article that no case taught: Article.objects.write(title="…", resolution="…", by=sam)"""
        return self._begin({"title": title, **sections}, case=None, by=by)

    def _begin(self, sections: dict[str, str], *, case: Any, by: Any) -> "Article":
        article = self.model(case=case, drafted_by=by, **known(sections))
        article.slug = article.free_slug()
        article.save()
        article.keep_version(article.sections, by=by)
        article.record("article.drafted", by=by)
        return article


def known(sections: dict[str, str]) -> dict[str, str]:
    """Stripped, the title in one line. Raises `Invalid` without a title, TypeError for a section there is not."""
    if unknown := sections.keys() - set(SECTIONS):
        raise TypeError(f"An article has no section {', '.join(sorted(unknown))}.")
    told = {name: text.replace("\x00", "").replace("\r\n", "\n").strip() for name, text in sections.items()}
    if "title" in told:
        told["title"] = " ".join(told["title"].split())[:200]
        if not told["title"]:
            raise Invalid(_("Give the article a title."))
    return told
