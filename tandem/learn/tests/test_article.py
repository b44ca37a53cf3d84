import pytest
from django.db import IntegrityError, transaction

from tandem.kit.errors import Invalid, NotAllowed
from tandem.learn.models import Article, ArticleVersion, State
from tandem.learn.models.article import NamesACustomer, Retired


@pytest.fixture
def article(sam):
    return Article.objects.write(
        by=sam, title="Exports stop at 10,000 rows", symptom="The export ends early.", cause="Stale statistics."
    )


def test_it_is_a_draft_then_in_review_then_published_then_retired(article, erin, sam):
    states = [article.state]
    article.submit(by=erin)
    states.append(article.state)
    article.publish(by=sam)
    states.append(article.state)
    article.retire(by=sam)

    assert [*states, article.state] == [State.DRAFT, State.IN_REVIEW, State.PUBLISHED, State.RETIRED]
    with pytest.raises(Retired):
        article.publish(by=sam)


def test_an_engineer_writes_but_does_not_publish(article, erin):
    article.revise(cause="Statistics nobody refreshed.", by=erin)

    with pytest.raises(NotAllowed):
        article.publish(by=erin)
    assert not Article.objects.published().exists()


def test_readers_see_a_newer_version_only_once_it_is_published(article, erin, sam):
    article.publish(by=sam)
    article.revise(cause="A draft thought.", by=erin)
    assert Article.objects.published().get().cause == "Stale statistics."

    article.publish(by=sam)
    assert Article.objects.published().get().cause == "A draft thought."


def test_each_revision_is_kept_and_cannot_be_changed(article, sam):
    article.revise(cause="Better.", by=sam)
    article.revise(cause="Better.", by=sam)

    assert list(article.article_versions.values_list("number", "cause")) == [(2, "Better."), (1, "Stale statistics.")]
    with pytest.raises(IntegrityError, match="appended, never changed"), transaction.atomic():
        ArticleVersion.objects.update(cause="History")


def test_it_has_a_title_and_no_unknown_section(article, sam):
    with pytest.raises(Invalid, match="title"):
        article.revise(title=" ", by=sam)
    with pytest.raises(TypeError):
        article.revise(state="published", by=sam)


def test_its_address_follows_the_title_until_it_is_published(article, sam):
    article.revise(title="Exports end early", by=sam)
    assert article.slug == "exports-end-early"

    article.publish(by=sam)
    article.revise(title="Something else", by=sam)
    article.publish(by=sam)
    assert article.slug == "exports-end-early"


def test_two_of_the_same_title_have_two_addresses(article, sam):
    assert Article.objects.write(by=sam, title=article.title).slug == f"{article.slug}-2"
    assert Article.objects.write(by=sam, title="🙂").slug == "article"


def test_it_is_not_published_while_a_customer_is_named_unless_somebody_looked(case, sam, ana):
    article = Article.objects.draft_from(case, by=sam)
    article.revise(cause="Only Northwind and Ana Lima see this.", by=sam)

    with pytest.raises(NamesACustomer, match="Ana Lima, Northwind"):
        article.publish(by=sam)
    article.publish(by=sam, names_are_harmless=True)
    assert article.state == State.PUBLISHED


def test_one_article_stands_per_case(case, sam):
    article = Article.objects.draft_from(case, by=sam)

    assert Article.objects.draft_from(case, by=sam) == article
    article.retire(by=sam)
    assert Article.objects.draft_from(case, by=sam) != article


def test_it_is_found_by_its_words_the_best_first(sam):
    for title, cause in [("Reports are late", "An export blocks them."), ("Export stops early", "Statistics.")]:
        Article.objects.write(by=sam, title=title, cause=cause).publish(by=sam)

    assert [a.title for a in Article.objects.matching("exports")] == ["Export stops early", "Reports are late"]
    assert [a.title for a in Article.objects.matching("exports -statistics")] == ["Reports are late"]
    assert [a.title for a in Article.objects.matching('"stops early"')] == ["Export stops early"]
    assert not Article.objects.matching("the")
    assert not Article.objects.matching("\x00':*!&|<->(")


def test_customers_see_what_is_published_and_nothing_else(article, ana, sam):
    assert not Article.objects.visible_to(ana).exists()

    article.publish(by=sam)
    assert Article.objects.visible_to(ana).get() == article
