import pytest

from tandem.cases.audience import Audience


def test_sam_finds_the_case_and_the_place_in_it(case, sam, at_the_desk):
    page = at_the_desk(sam).get("/desk/search/?q=export").content.decode()

    assert f'href="/desk/cases/{case.number}/?among=search~export#message-{case.messages.get().pk}"' in page
    assert "<mark>export</mark>" in page
    assert "Northwind Analytics" in page


def test_what_strangers_wrote_is_shown_and_not_obeyed(case, ana, sam, at_the_desk):
    hostile = "<script>alert('walrus')</script> \ue000<img src=x onerror=walrus>\ue001 walrus"
    case.messages.write(hostile, by=ana, audience=Audience.CUSTOMER)

    page = at_the_desk(sam).get("/desk/search/?q=walrus").content.decode()

    assert "<mark>walrus</mark>" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_before_one_types_it_teaches_how(sam, at_the_desk):
    page = at_the_desk(sam).get("/desk/search/").content.decode()

    assert "In quotes" in page


def test_nothing_found_says_what_to_do(sam, at_the_desk):
    assert "Fewer words find more" in at_the_desk(sam).get("/desk/search/?q=zzzz").content.decode()


@pytest.mark.parametrize(
    ("typed", "because"), [("is:foo export", "“is:foo”"), ("((((((((((((a", "That takes too long to search.")]
)
def test_why_a_search_was_not_made_is_said_where_the_answer_would_stand(case, sam, at_the_desk, typed, because):
    page = at_the_desk(sam).get("/desk/search/", {"q": typed}).text

    assert "Nothing found" not in page
    assert because in page.partition('id="found"')[2]


def test_it_is_for_colleagues(case, ana, client):
    assert client.get("/desk/search/?q=export").status_code == 302
    client.force_login(ana)
    assert client.get("/desk/search/?q=export").status_code == 404


def test_a_changed_cursor_is_not_found(sam, at_the_desk):
    assert at_the_desk(sam).get("/desk/search/?q=export&after=x").status_code == 404


def test_the_same_by_api(case, ana, sam, erin, max, by_api):
    case.messages.write("CANARY7 legal", by=max, audience=Audience.RESTRICTED)
    found = by_api(sam).get("/api/v1/search?q=export").json()

    assert [hit["case"]["number"] for hit in found["cases"]] == [case.number]
    assert {"text": "export", "hit": True} in found["cases"][0]["excerpt"]
    assert by_api(erin).get("/api/v1/search?q=canary7").json()["cases"] == []
    assert len(by_api(max).get("/api/v1/search?q=canary7").json()["cases"]) == 1
    assert by_api(sam).get("/api/v1/search?q=export&cursor=x").status_code == 422
    assert by_api(ana).get("/api/v1/search?q=export").status_code == 403
