import pytest
from django.db import OperationalError
from django.test import Client


@pytest.fixture
def browser_while_the_database_is_away(monkeypatch):
    def away(*told, **words):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("tandem.learn.models.Article.objects.published", away)
    return Client(raise_request_exception=False)


def test_a_page_says_try_again_while_the_database_is_away(db, browser_while_the_database_is_away):
    answer = browser_while_the_database_is_away.get("/help/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert b"Nothing is lost" in answer.content


def test_a_mistake_of_ours_is_still_one(db, monkeypatch):
    monkeypatch.setattr("tandem.learn.models.Article.objects.published", lambda *told: 1 / 0)

    answer = Client(raise_request_exception=False).get("/help/")

    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
