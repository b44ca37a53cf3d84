from datetime import timedelta

import pytest

from tandem.kit import clock
from tandem.resolve.models import Resolution, Verdict, Via


def desk(case, rest=""):
    return f"/desk/cases/{case.number}/resolution/{rest}"


def test_the_road_of_a_resolution_at_the_desk(case, tried, sam, erin, ana, at_the_desk):
    engineer, support = at_the_desk(erin), at_the_desk(sam)
    proposed = engineer.post(
        desk(case), {"words": "It gave up.", "changed": "We raised the limit.", "cause": "A limit"}
    )
    assert proposed.status_code == 302
    assert "until that is green, the customer cannot be asked" in support.get(desk(case)).content.decode()

    assert support.post(desk(case, "question/")).status_code == 409
    engineer.post(desk(case, "check/"), {"verdict": "works", "how": "48,211 rows"})
    page = support.get(desk(case)).content.decode()
    assert "Ask Ana to verify" in page
    assert "We checked: works" in page

    support.post(desk(case, "question/"))
    assert "Silence is no confirmation" in support.get(desk(case)).content.decode()
    support.post(desk(case, "answer/"), {"verdict": "works", "by": ana.pk, "via": "phone", "note": "All there"})
    page = support.get(desk(case)).content.decode()
    assert "The customer says it works." in page
    assert "Ana Lima, written down by Sam Okafor" in page


def test_what_is_missing_is_said_at_the_field(case, tried, erin, at_the_desk):
    answer = at_the_desk(erin).post(desk(case), {"words": ""}, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert "ResolutionForm-words_error" in answer.content.decode()


def test_an_engineer_does_not_speak_to_the_customer(case, resolution, erin, at_the_desk, friday):
    engineer = at_the_desk(erin)
    resolution.verify_ours(verdict=Verdict.WORKS, how="Ran it", by=erin)

    assert engineer.post(desk(case, "question/")).status_code == 403
    offered = engineer.post(f"/desk/cases/{case.number}/workarounds/", {"steps": "x", "expires_at": friday})
    assert offered.status_code == 403


def test_the_desk_offers_and_ends_a_workaround(case, sam, at_the_desk):
    support = at_the_desk(sam)
    until = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    support.post(
        f"/desk/cases/{case.number}/workarounds/",
        {"steps": "By month", "runner": "customer", "expires_at": until, "when": "tomorrow"},
    )
    workaround = case.workarounds.get()

    assert support.post(f"/desk/cases/{case.number}/workarounds/{workaround.pk}/end/", {"why": ""}).status_code == 422
    support.post(f"/desk/cases/{case.number}/workarounds/{workaround.pk}/end/", {"why": "The fix is out"})
    workaround.refresh_from_db()
    assert workaround.ended_why == "The fix is out"


def test_ana_answers_on_her_page(case, asked, ana, client):
    client.force_login(ana)
    page = client.get(f"/portal/cases/{case.number}/verify/").content.decode()
    assert "Since this morning the export ends after 10,000 rows" in page
    assert "We recalculated the statistics" in page
    assert "Stale planner statistics" not in page
    assert "Ran the export" not in page

    client.post(f"/portal/cases/{case.number}/verify/", {"verdict": "works", "note": ""}, follow=True)

    said = asked.verifications.customers().get()
    assert (said.verified_by, said.via) == (ana, Via.PAGE)


def link_to(case, ana, asked):
    return case.participants.get(user=ana).link("verify_link", of=asked.pk).partition("8000")[2]


def test_ana_answers_behind_the_link_of_her_mail_without_signing_in(case, asked, ana, client):
    link = link_to(case, ana, asked)
    page = client.get(link)
    assert page.headers["Cache-Control"] == "no-store"
    assert "Does it work now?" in page.content.decode()

    answered = client.post(link, {"verdict": "no", "note": "It stops at 20,000."}, follow=True).content.decode()

    assert "You told us that it does not work yet." in answered
    assert asked.verifications.customers().get().verified_by == ana
    assert client.post(link, {"verdict": "works"}).status_code == 409
    assert client.get(f"/portal/cases/{case.number}/verify/").status_code == 302


def test_a_changed_or_other_link_opens_nothing(case, asked, ana, client):
    link = link_to(case, ana, asked)

    assert client.get(link.replace("/link/", "/link/x")).status_code == 404
    assert client.get(link.replace("/verify/", "/rate/")).status_code == 404
    assert not asked.verifications.customers().exists()


def test_the_link_ends_with_taking_part(case, asked, ana, client):
    link = link_to(case, ana, asked)
    case.participants.filter(user=ana).update(left_at=clock.now())

    assert client.post(link, {"verdict": "works"}).status_code == 404


@pytest.mark.parametrize("address", ["resolution/", "workarounds/"])
def test_strangers_and_customers_have_no_desk(case, resolution, ana, mallory, client, address):
    assert client.get(f"/desk/cases/{case.number}/{address}").status_code == 302
    for person in (ana, mallory):
        client.force_login(person)
        assert client.get(f"/desk/cases/{case.number}/{address}").status_code == 404


def test_mallory_finds_no_page_of_anas_case(case, asked, mallory, client):
    client.force_login(mallory)

    assert client.get(f"/portal/cases/{case.number}/verify/").status_code == 404
    assert client.post(f"/portal/cases/{case.number}/verify/", {"verdict": "works"}).status_code == 404


def test_the_same_by_api(case, tried, ana, erin, sam, mallory, by_api, friday):
    engineer, support, customer = by_api(erin), by_api(sam), by_api(ana)
    at = f"/api/v1/cases/{case.number}"
    json = {"content_type": "application/json"}
    told = engineer.post(f"{at}/resolutions", {"words": "It gave up.", "cause": "A limit"}, **json)
    assert told.status_code == 201
    of = f"{at}/resolutions/{told.json()['id']}"

    refused = support.post(f"{of}/question", {}, **json)
    assert (refused.status_code, refused.headers["Content-Type"]) == (409, "application/problem+json")
    assert customer.get(f"{at}/resolutions").json() == []
    assert engineer.post(f"{of}/checks", {"verdict": "works", "how": "Ran it"}, **json).status_code == 201
    assert engineer.post(f"{of}/question", {}, **json).status_code == 403
    assert support.post(f"{of}/question", {}, **json).status_code == 204

    seen = customer.get(f"{at}/resolutions").json()
    assert seen[0]["words"] == "It gave up."
    assert "cause" not in seen[0]
    assert by_api(mallory).post(f"{of}/answers", {"verdict": "works"}, **json).status_code == 404
    assert support.post(f"{of}/answers", {"verdict": "works", "by": sam.pk}, **json).status_code == 404
    answered = customer.post(f"{of}/answers", {"verdict": "partly", "note": "Slow"}, **json)
    assert (answered.status_code, answered.json()["verified_by"]) == (201, "Ana Lima")
    assert not Resolution.objects.standing().exists()

    way = {"steps": "By month", "expires_at": friday.isoformat(), "promise_at": friday.isoformat()}
    offered = support.post(f"{at}/workarounds", way, **json)
    assert offered.status_code == 201
    assert customer.post(f"{at}/workarounds", way, **json).status_code == 403
    del way["promise_at"]
    assert support.post(f"{at}/workarounds", way, **json).status_code == 422
    assert support.delete(f"{at}/workarounds/{offered.json()['id']}?why=Done").status_code == 204


def test_the_panels_make_two_queries_at_most(case, asked, sam, ana, friday, django_assert_max_num_queries):
    from tandem.cases.models import Case
    from tandem.resolve import panels

    for n in range(3):
        case.workarounds.offer(f"Way {n}", by=sam, expires_at=friday)
    seen = Case.objects.with_people().get(pk=case.pk)
    for panel, actor in [
        (panels.resolution, sam),
        (panels.workaround, sam),
        (panels.verification_card, ana),
        (panels.workaround_card, ana),
    ]:
        with django_assert_max_num_queries(2):
            from django.template.loader import render_to_string

            render_to_string(panel.template, panel.words(seen, actor))


def test_the_portal_shows_what_helps_until_then_and_asks(case, asked, ana, sam, friday, client):
    case.workarounds.offer("Export month by month.", by=sam, expires_at=friday)
    client.force_login(ana)

    page = client.get(f"/portal/cases/{case.number}/").content.decode()

    assert "Export month by month." in page
    assert "Does it work now?" in page
