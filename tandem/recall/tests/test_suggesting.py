"""While Ana writes a report, she sees what may already be the answer."""

from datetime import timedelta

import pytest

from tandem.cases.models import Case
from tandem.kit import clock
from tandem.learn.models import Article
from tandem.recall.models import Deflection
from tandem.recall.suggesting import suggest
from tandem.signals.models import Component
from tandem.status.models import Publication

TYPED = {"title": "Nightly export stops", "body": "It ends at row 10,000", "realm": "data"}


@pytest.fixture
def article(mallorys_case, sam):
    draft = Article.objects.draft_from(mallorys_case, by=sam)
    draft.revise(
        by=sam, title="An export stops at row 10,000", symptom="> The export ends early.", resolution="Update."
    )
    draft.publish(by=sam, names_are_harmless=True)
    return draft


def suggested(browser, **more):
    return browser.post("/portal/report/suggestions/", TYPED | more, headers={"HX-Request": "true"}).text


def test_an_article_that_everybody_may_read(ana, article, at_the_desk):
    assert "An export stops at row 10,000" in suggested(at_the_desk(ana))


def test_a_draft_of_ours_is_nobodys_suggestion(ana, case, sam, at_the_desk):
    Article.objects.draft_from(case, by=sam).revise(by=sam, title="The export stops: our secret")

    assert "our secret" not in suggested(at_the_desk(ana))


def test_her_own_open_case_and_nobody_elses(ana, mallory, case, at_the_desk):
    Case.objects.open_for(mallory, title="Their export stops, too")

    page = suggested(at_the_desk(ana))

    assert "add to it instead" in page
    assert case.title in page
    assert "Their export" not in page


def test_what_the_public_is_told_is_broken(ana, at_the_desk):
    component = Component.objects.create(name="Exports", slug="exports", state="slow")
    assert "Exports:" not in suggested(at_the_desk(ana))  # nobody published it yet

    Publication.objects.create(
        component=component, state="slow", words="Exports arrive up to 2 h late.", published_at=clock.now()
    )

    assert "Exports arrive up to 2 h late." in suggested(at_the_desk(ana))


def test_nothing_is_suggested_of_nothing(ana, case, article):
    assert not suggest("the", ana)
    assert not suggest("'\\ & | ! :*", ana)


def test_who_asks_too_often_is_told_nothing_more(ana, article, at_the_desk, monkeypatch):
    monkeypatch.setattr("tandem.recall.views.MOST_A_MINUTE", 1)
    browser = at_the_desk(ana)
    moment = clock.now()

    with clock.at(moment):
        assert suggested(browser)
        assert suggested(browser).strip() == ""


def test_that_it_was_solved_counts_when_no_case_follows(ana, article, at_the_desk):
    browser = at_the_desk(ana)
    for _twice in range(2):
        browser.post(f"/portal/report/suggestions/{article.slug}/solved/")

    assert Deflection.objects.count() == 1
    assert not Deflection.objects.proven().exists()
    with clock.at(clock.now() + timedelta(hours=25)):
        assert Deflection.objects.proven().count() == 1


def test_it_does_not_count_when_one_does(ana, article, at_the_desk):
    at_the_desk(ana).post(f"/portal/report/suggestions/{article.slug}/solved/")
    with clock.at(clock.now() + timedelta(hours=3)):
        Case.objects.open_for(ana, title="It did not help")

    with clock.at(clock.now() + timedelta(hours=25)):
        assert not Deflection.objects.proven().exists()
