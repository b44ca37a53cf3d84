import pytest

from tandem.cases.models import Case
from tandem.close.models import Rating, Reason
from tandem.close.models.rating import NotTheirs, RatedAlready
from tandem.kit.errors import Invalid


@pytest.fixture
def closure(case, tried, sam):
    return case.closures.close(by=sam, reason=Reason.NOT_A_FAULT)


def test_ana_rates_it_once(case, closure, ana):
    closure.ratings.give(stars=4, comment="Quick.", by=ana)

    with pytest.raises(RatedAlready):
        closure.ratings.give(stars=5, by=ana)
    assert case.events.last().facts["stars"] == 4


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_there_are_one_to_five_stars(closure, ana, stars):
    with pytest.raises(Invalid):
        closure.ratings.give(stars=stars, by=ana)


def test_nobody_rates_for_the_customer(closure, sam, mallory):
    for person in (sam, mallory):
        with pytest.raises(NotTheirs):
            closure.ratings.give(stars=5, by=person)


def test_sam_closes_and_opens_it_again_at_the_desk(case, tried, sam, at_the_desk):
    desk = at_the_desk(sam)
    at = f"/desk/cases/{case.number}/closure/"
    assert desk.post(at, {"reason": "fixed_confirmed"}).status_code == 409
    assert desk.post(at, {"reason": "no_idea"}).status_code == 422

    desk.post(at, {"reason": "not_a_fault", "words": "It is meant to be so."})
    assert "Closed: works as meant." in desk.get(at).content.decode()

    desk.post(f"{at}reopening/", {"why": "It is a fault after all"})
    assert Case.objects.get(pk=case.pk).is_open
    assert "It is a fault after all" in desk.get(at).content.decode()


def test_an_engineer_does_not_close_cases(case, tried, erin, at_the_desk):
    assert at_the_desk(erin).post(f"/desk/cases/{case.number}/closure/", {"reason": "not_a_fault"}).status_code == 403


def test_ana_rates_behind_the_link_of_her_mail(case, closure, ana, client):
    link = case.participants.get(user=ana).link("rate_link", of=closure.pk).partition("8000")[2]
    assert "How did it go?" in client.get(link).content.decode()

    thanked = client.post(link, {"stars": "5", "comment": "<b>Good</b>"}, follow=True).content.decode()

    assert "You gave 5 of 5 stars." in thanked
    assert Rating.objects.get().rated_by == ana


def test_the_stars_show_at_the_desk_and_on_the_portal(case, closure, ana, sam, at_the_desk, client):
    closure.ratings.give(stars=5, comment="<b>Good</b>", by=ana)
    client.force_login(ana)

    assert "You gave 5 of 5 stars." in client.get(f"/portal/cases/{case.number}/").content.decode()
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/closure/").content.decode()
    assert "Ana Lima gave 5 of 5 stars." in page
    assert "“&lt;b&gt;Good&lt;/b&gt;”" in page


def test_mallory_rates_nothing_of_anas(case, closure, mallory, client):
    client.force_login(mallory)

    assert client.post(f"/portal/cases/{case.number}/rate/", {"stars": "1"}).status_code == 404


def test_the_same_by_api(case, tried, ana, sam, erin, mallory, by_api):
    at, json = f"/api/v1/cases/{case.number}", {"content_type": "application/json"}
    support, customer = by_api(sam), by_api(ana)
    assert by_api(erin).post(f"{at}/closures", {"reason": "not_a_fault"}, **json).status_code == 403
    assert support.post(f"{at}/closures", {"reason": "fixed_confirmed"}, **json).status_code == 409
    assert support.post(f"{at}/closures", {"reason": "not_a_fault"}, **json).status_code == 201

    assert by_api(mallory).post(f"{at}/closures/standing/ratings", {"stars": 1}, **json).status_code == 404
    assert customer.post(f"{at}/closures/standing/ratings", {"stars": 5}, **json).status_code == 201
    assert [row["stars"] for row in support.get(f"{at}/ratings").json()] == [5]
    assert customer.post(f"{at}/closures/standing/reopening", {"why": "x"}, **json).status_code == 403
    assert support.post(f"{at}/closures/standing/reopening", {"why": "Too early"}, **json).status_code == 204
    assert customer.get(f"{at}/closures").json()[0]["reopened_at"]


def test_the_panels_make_one_query(case, closure, ana, sam, django_assert_num_queries):
    from django.template.loader import render_to_string

    from tandem.close import panels

    closure.ratings.give(stars=5, by=ana)
    seen = Case.objects.with_people().get(pk=case.pk)
    for panel, actor in [(panels.closure, sam), (panels.closure_card, ana)]:
        with django_assert_num_queries(1):
            render_to_string(panel.template, panel.words(seen, actor))
