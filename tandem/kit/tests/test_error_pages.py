import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client
from django.views import defaults


def test_an_address_of_nothing_says_so(client, db):
    page = client.get("/nothing/here/")

    assert page.status_code == 404
    assert "There is nothing here" in page.text


def test_a_stranger_reads_the_same_of_what_is_not_theirs(case, mallory, at_the_desk):
    page = at_the_desk(mallory).get(f"/portal/cases/{case.number}/")

    assert page.status_code == 404
    assert case.title not in page.text


def test_an_old_form_says_what_to_do(db):
    page = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "sam@tandem.example"})

    assert page.status_code == 403
    assert "copy what you wrote" in page.text


def test_who_opens_an_address_that_acts_is_told_where_to_go(db, sam, at_the_desk):
    page = at_the_desk(sam).get("/desk/shift/", headers={"Accept": "text/html"})

    assert page.status_code == 405
    assert page.headers["Allow"].startswith("POST")
    assert "Go to the page with the form" in page.text


@pytest.mark.parametrize(
    ("handler", "error", "sentence"),
    [
        (defaults.bad_request, SuspiciousOperation(), "We could not read that request"),
        (defaults.permission_denied, PermissionDenied(), "That is not yours to see or do"),
        (defaults.page_not_found, Http404(), "There is nothing here"),
        (defaults.server_error, None, "it is our fault"),
    ],
)
def test_it_is_drawn_for_a_request_that_middleware_never_saw(rf, handler, error, sentence):
    page = handler(rf.get("/"), error) if error else handler(rf.get("/"))

    assert sentence in page.content.decode()
