import re

import pytest

from tandem.cases.models import Case
from tandem.close.models import Reason
from tandem.communicate.models import Delivery
from tandem.learn.models import Article, State


def test_from_the_proposal_to_an_article_found_by_search(case, tried, ana, erin, sam, at_the_desk, client, worker):
    """The whole road: proposed, proven by us, by Ana behind her link, closed, drafted, reviewed, published, found."""
    engineer, support, desk = at_the_desk(erin), at_the_desk(sam), f"/desk/cases/{case.number}"
    engineer.post(f"{desk}/resolution/", {"words": "A slow way was chosen.", "changed": "New statistics."})
    support.post(f"{desk}/resolution/needed/", {f"needed-{tried.pk}": "no"})
    engineer.post(f"{desk}/resolution/check/", {"verdict": "works", "how": "48,211 rows"})
    support.post(f"{desk}/resolution/question/")

    mail = Delivery.objects.get(update__kind="resolution").as_bytes().decode()
    link = re.search(r"/portal/link/[^\s/]+/verify/", mail.replace("=\r\n", "").replace("=\n", ""))[0]
    client.post(link, {"verdict": "works", "note": "All rows are there."})
    support.post(f"{desk}/closure/", {"reason": "fixed_confirmed"})
    worker()

    assert "Nightly export stops" in support.get("/desk/knowledge/").content.decode()
    draft = Article.objects.get(case=case)
    assert client.get(f"/help/{draft.slug}/").status_code == 404
    page = support.get(f"/desk/knowledge/{draft.pk}/").content.decode()
    assert "did not help, still in place, not required" in page
    support.post(f"/desk/knowledge/{draft.pk}/", {**draft.sections, "cause": "Statistics were stale."})
    at = f"/desk/knowledge/{draft.pk}/publication/"
    assert support.post(at, {}).status_code == 422
    assert support.post(at, {"looked": "on", "works": "on"}).status_code == 302

    found = client.get("/help/?q=export+stops").content.decode()
    assert f"/help/{draft.slug}/" in found
    read = client.get(f"/help/{draft.slug}/").content.decode()
    assert "Statistics were stale." in read
    assert "<strong>Rebuilt the index</strong>: did not help" in read
    assert "Northwind" not in read


@pytest.fixture
def article(sam):
    return Article.objects.write(by=sam, title="Exports stop", symptom="> It **ends** <script>alert(1)</script>")


def test_everybody_reads_what_is_published_and_nothing_else(article, sam, client):
    assert client.get("/help/exports-stop/").status_code == 404
    assert "Exports stop" not in client.get("/help/").content.decode()
    assert "exports-stop" not in client.get("/help/?q=exports").content.decode()

    article.publish(by=sam)
    read = client.get("/help/exports-stop/").content.decode()
    assert "<strong>ends</strong>" in read
    assert "<script>alert" not in read
    assert "/help/exports-stop/" in client.get("/help/").content.decode()

    article.retire(by=sam)
    assert client.get("/help/exports-stop/").status_code == 404


@pytest.mark.parametrize("q", ["%00", "'", '"unclosed', "a" * 5000, "<script>", "-", "or"])
def test_help_answers_whatever_is_typed(article, sam, client, q):
    article.publish(by=sam)

    page = client.get("/help/", {"q": q.replace("%00", "\x00")})

    assert page.status_code == 200
    assert "<script>" not in page.content.decode().replace("<script type", "").replace("<script defer", "")


def test_an_engineer_edits_and_asks_for_a_review(article, erin, at_the_desk):
    engineer = at_the_desk(erin)
    engineer.post(f"/desk/knowledge/{article.pk}/", {"title": "Exports stop", "cause": "A limit"})
    engineer.post(f"/desk/knowledge/{article.pk}/review/")

    article.refresh_from_db()
    assert (article.state, article.cause) == (State.IN_REVIEW, "A limit")
    assert (
        engineer.post(f"/desk/knowledge/{article.pk}/publication/", {"looked": "on", "works": "on"}).status_code == 403
    )
    assert engineer.post(f"/desk/knowledge/{article.pk}/retirement/").status_code == 403


def test_a_name_that_stands_in_it_is_shown_before_it_is_published(case, sam, at_the_desk):
    draft = Article.objects.draft_from(case, by=sam)
    draft.revise(cause="Only Northwind has this.", by=sam)
    desk, at = at_the_desk(sam), f"/desk/knowledge/{draft.pk}/"
    assert "These words name a customer or a person: Northwind" in desk.get(at).content.decode()

    assert desk.post(f"{at}publication/", {"looked": "on", "works": "on"}).status_code == 422
    desk.post(f"{at}publication/", {"looked": "on", "works": "on", "names_are_harmless": "on"})
    draft.refresh_from_db()
    assert draft.state == State.PUBLISHED


def test_an_article_can_be_begun_from_nothing(sam, at_the_desk):
    answer = at_the_desk(sam).post("/desk/knowledge/", {"title": "How exports work"})

    assert answer.headers["Location"] == f"/desk/knowledge/{Article.objects.get().pk}/"


def test_the_panel_drafts_and_leads_to_the_review(case, sam, at_the_desk):
    desk = at_the_desk(sam)
    assert "Draft it now" in desk.get(f"/desk/cases/{case.number}/article/").content.decode()

    desk.post(f"/desk/cases/{case.number}/article/")

    assert "Review it" in desk.get(f"/desk/cases/{case.number}/article/").content.decode()


def test_customers_and_strangers_have_no_knowledge_page(article, ana, client):
    assert client.get("/desk/knowledge/").status_code == 302
    client.force_login(ana)
    assert client.get("/desk/knowledge/").status_code == 404
    assert client.get(f"/desk/knowledge/{article.pk}/").status_code == 404


def test_the_same_by_api(case, tried, ana, erin, sam, by_api):
    json, support, engineer, customer = {"content_type": "application/json"}, by_api(sam), by_api(erin), by_api(ana)
    drafted = engineer.post(f"/api/v1/cases/{case.number}/article", **json)
    assert drafted.status_code == 201
    at = f"/api/v1/articles/{drafted.json()['id']}"

    assert customer.get(at).status_code == 404
    assert engineer.patch(at, {"cause": "A limit"}, **json).json()["cause"] == "A limit"
    assert engineer.post(f"{at}/publication", {}, **json).status_code == 403
    assert engineer.post(f"{at}/review", **json).status_code == 204
    assert support.post(f"{at}/publication", {}, **json).json()["state"] == "published"
    seen = customer.get(at).json()
    assert seen["cause"] == "A limit"
    assert "case" not in seen
    assert [row["slug"] for row in customer.get("/api/v1/articles?q=export").json()["items"]] == [seen["slug"]]
    assert support.delete(f"{at}/publication").status_code == 204
    assert customer.get("/api/v1/articles").json()["items"] == []
    assert customer.post("/api/v1/articles", {"title": "x"}, **json).status_code == 403


def test_the_panel_makes_one_query(case, tried, sam, worker, django_assert_num_queries):
    from django.template.loader import render_to_string

    from tandem.learn import panels

    case.closures.close(by=sam, reason=Reason.FIXED_UNCONFIRMED)
    worker()
    seen = Case.objects.with_people().get(pk=case.pk)
    with django_assert_num_queries(1):
        render_to_string(panels.article.template, panels.article.words(seen, sam))
