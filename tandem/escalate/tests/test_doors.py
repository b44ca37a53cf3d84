import re
from html import unescape

import pytest

from tandem.cases.models import Case
from tandem.escalate.models import EscalationState
from tandem.escalate.panels import escalation as panel

HTMX = {"HX-Request": "true"}
CARD = {"cause": "The pager stops at 10,000.", "tell_customer": "We found it.", "do_not_promise": "No date"}


def page(escalation, rest=""):
    return f"/desk/escalations/{escalation.pk}/{rest}"


def of_case(case, rest=""):
    return f"/desk/cases/{case.number}/escalation/{rest}"


def test_sam_sees_what_would_travel_and_what_is_missing_before_asking(owned, sam, platform, at_the_desk):
    shown = at_the_desk(sam).get(of_case(owned, "new/")).text

    assert "Facts confirmed by the customer" in shown
    assert "2 of 7" in shown
    assert "Since this morning the export ends" in shown
    assert "Why nothing was tried" in shown


def test_sam_asks_and_lands_on_the_page_of_it(owned, sam, platform, at_the_desk):
    told = {"team": platform.pk, "asking": "Is data lost, yes or no?", "untried": "Production is frozen"}

    answer = at_the_desk(sam).post(of_case(owned, "new/"), told, follow=True)

    assert answer.redirect_chain[-1][0] == page(owned.escalations.get())
    assert "Is data lost, yes or no?" in answer.text
    assert "Nothing, because: Production is frozen" in answer.text


def test_an_empty_question_is_shown_again(owned, sam, platform, at_the_desk):
    answer = at_the_desk(sam).post(of_case(owned, "new/"), {"team": platform.pk, "asking": " "})

    assert answer.status_code == 422
    assert not owned.escalations.exists()


def test_an_engineer_does_not_escalate(owned, erin, platform, at_the_desk):
    answer = at_the_desk(erin).post(of_case(owned, "new/"), {"team": platform.pk, "asking": "Why?"})

    assert answer.status_code == 403
    assert not owned.escalations.exists()


def test_asking_again_begins_with_what_was_returned(escalation, sam, erin, at_the_desk):
    escalation.send_back(reasons="We need the trace.", by=erin)

    assert (
        "Why do exports stop at 10,000 rows?</textarea>" in at_the_desk(sam).get(of_case(escalation.case, "new/")).text
    )


def test_erin_accepts_on_the_page(escalation, erin, at_the_desk):
    browser = at_the_desk(erin)
    assert "Accept: I drive the cause" in browser.get(page(escalation)).text

    answer = browser.post(page(escalation, "acceptance/"), follow=True)

    assert "Hand back to support" in answer.text
    escalation.refresh_from_db()
    assert escalation.accepted_by == erin


def test_an_engineer_of_another_team_reads_but_is_told_who_may_answer(escalation, dora, at_the_desk):
    browser = at_the_desk(dora)
    assert "Accept: I drive the cause" not in browser.get(page(escalation)).text

    answer = browser.post(page(escalation, "acceptance/"))

    assert answer.status_code == 403
    assert "Only members of Platform, or a manager, can do this." in answer.text


def test_erin_returns_it_with_what_is_missing(escalation, erin, at_the_desk):
    told = {"lacking": ["read_back", "last_good_run"], "other": "Trace id", "reasons": "We cannot find the run."}
    escalation.case.reflect(realm="data")

    at_the_desk(erin).post(page(escalation, "return/"), told)

    escalation.refresh_from_db()
    assert escalation.state == EscalationState.RETURNED
    assert [row["label"] for row in escalation.lacking] == [
        "Facts confirmed by the customer", "Last good run", "Trace id",
    ]  # fmt: skip


def test_a_return_without_words_is_shown_again(escalation, erin, at_the_desk):
    answer = at_the_desk(erin).post(page(escalation, "return/"), {"lacking": ["read_back"], "reasons": ""})

    assert answer.status_code == 422
    escalation.refresh_from_db()
    assert escalation.state == EscalationState.REQUESTED


def test_erin_asks_and_hands_back_and_sam_takes_it(escalation, erin, sam, at_the_desk):
    engineer, support = at_the_desk(erin), at_the_desk(sam)
    escalation.accept(by=erin)

    assert "Which rows?" in engineer.post(page(escalation, "questions/"), {"text": "Which rows?"}, follow=True).text
    engineer.post(page(escalation, "hand-back/"), CARD)
    card = support.get(of_case(escalation.case), headers=HTMX).text
    assert "The pager stops at 10,000." in card
    assert "I have it again" in card

    shown = support.post(of_case(escalation.case, f"{escalation.pk}/acknowledgment/"), headers=HTMX).text
    assert "I have it again" not in shown
    escalation.hand_back_card.refresh_from_db()
    assert escalation.hand_back_card.acknowledged_by == sam


def test_sam_withdraws_it_from_the_case(escalation, sam, at_the_desk):
    answer = at_the_desk(sam).post(of_case(escalation.case, f"{escalation.pk}/withdrawal/"), headers=HTMX)

    assert "withdrawn" in answer.text
    escalation.refresh_from_db()
    assert escalation.state == EscalationState.WITHDRAWN


def test_the_list_shows_erin_her_team_and_sam_all(escalation, sam, erin, database, at_the_desk):
    other = escalation.case.escalations.raise_to(database, by=sam, asking="Is a cursor limit set?")

    mine, all_of_them = (
        at_the_desk(erin).get("/desk/escalations/").text,
        at_the_desk(sam).get("/desk/escalations/").text,
    )

    assert page(escalation) in mine
    assert page(other) not in mine
    assert page(other) in all_of_them


def test_the_list_moves_with_the_state(escalation, erin, at_the_desk):
    browser = at_the_desk(erin)
    escalation.accept(by=erin)

    assert page(escalation) not in browser.get("/desk/escalations/").text
    assert page(escalation) in browser.get("/desk/escalations/?view=active").text


def test_a_page_of_the_list_leads_to_the_next_and_misses_none(sam, erin, ana, platform, at_the_desk, monkeypatch):
    monkeypatch.setattr("tandem.escalate.lists.PAGE", 2)
    for n, priority in enumerate([3, 1, 2, 1, 4]):
        case = Case.objects.open_for(ana, title=f"Case {n}")
        case.reflect(priority=priority)
        case.escalations.raise_to(platform, by=sam, asking=f"Question {n}?")
    browser, at, seen = at_the_desk(erin), "/desk/escalations/", []

    while at:
        shown = unescape(browser.get(at).text)
        seen += re.findall(r"Question \d\?", shown)
        at = next(iter(re.findall(r'rel="next" href="([^"]+)"', shown)), None)

    assert seen == ["Question 1?", "Question 3?", "Question 2?", "Question 0?", "Question 4?"]


@pytest.mark.parametrize("rest", ["", "acceptance/", "return/", "questions/", "hand-back/"])
def test_customers_find_no_such_page(escalation, ana, mallory, at_the_desk, rest):
    for customer in (ana, mallory):
        assert at_the_desk(customer).get(page(escalation, rest)).status_code == 404
        assert at_the_desk(customer).post(page(escalation, rest)).status_code == 404
        assert at_the_desk(customer).get("/desk/escalations/").status_code == 404
        assert at_the_desk(customer).get(of_case(escalation.case, "new/")).status_code == 404


def test_what_a_package_says_is_only_words(owned, sam, erin, platform, at_the_desk):
    owned.evidence.note("<script>alert(1)</script>", by=erin)
    raised = owned.escalations.raise_to(platform, by=sam, asking="<img src=x onerror=alert(2)>")

    shown = at_the_desk(erin).get(page(raised)).text

    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


def test_pages_make_few_queries(escalation, sam, erin, ana, platform, at_the_desk, django_assert_max_num_queries):
    for n in range(10):
        case = Case.objects.open_for(ana, title=f"Case {n}")
        case.escalations.raise_to(platform, by=sam, asking=f"Question {n}?")
    browser = at_the_desk(erin)

    with django_assert_max_num_queries(10):
        browser.get("/desk/escalations/")
    with django_assert_max_num_queries(10):
        browser.get(page(escalation))


def test_the_panel_makes_one_query(escalation, sam, rf, django_assert_max_num_queries):
    request = rf.get("/")
    request.user, as_on_a_page = sam, Case.objects.with_people().get()

    with django_assert_max_num_queries(1):
        panel.drawn(request, as_on_a_page)


def test_a_program_asks_answers_and_hands_back(owned, sam, erin, platform, by_api):
    support, engineer = by_api(sam), by_api(erin)
    on, json = f"/api/v1/cases/{owned.number}/escalations", {"content_type": "application/json"}
    assert support.get(f"{on}/preview").json()["missing"][0] == "read_back"

    raised = support.post(on, {"team": "platform", "asking": "Is data lost?"}, **json).json()
    at = f"/api/v1/escalations/{raised['id']}"
    returned = engineer.post(f"{at}/return", {"reasons": "No trace", "lacking": ["Trace id"]}, **json).json()
    assert (returned["state"], returned["lacking"]) == ("returned", [{"key": "trace_id", "label": "Trace id"}])

    again = support.post(on, {"team": "platform", "asking": "With trace 4711?"}, **json).json()
    assert again["follows"] == raised["id"]
    at = f"/api/v1/escalations/{again['id']}"
    assert engineer.post(f"{at}/acceptance").json()["accepted_by"] == "Erin Haas"
    assert engineer.post(f"{at}/questions", {"text": "Which rows?"}, **json).json()["asked_of"] == "Sam Okafor"
    assert engineer.post(f"{at}/hand-back", CARD, **json).json()["card"]["cause"] == CARD["cause"]
    assert support.post(f"{at}/acknowledgment").json()["card"]["acknowledged_at"]
    assert support.post(f"{at}/withdrawal").status_code == 409
    assert len(support.get("/api/v1/escalations?team=platform").json()["items"]) == 2
    assert [row["state"] for row in support.get(on).json()["items"]] == ["handed_back", "returned"]


def test_customers_programs_reach_none_of_it(escalation, ana, mallory, dora, by_api):
    at = f"/api/v1/escalations/{escalation.pk}"

    for customer in (ana, mallory):
        assert by_api(customer).get(at).status_code == 404
        assert by_api(customer).post(f"{at}/acceptance").status_code == 404
        assert by_api(customer).get("/api/v1/escalations").json()["items"] == []
    assert by_api(ana).get(f"/api/v1/cases/{escalation.case.number}/escalations/preview").status_code == 403
    assert by_api(dora).post(f"{at}/acceptance").status_code == 403
