from datetime import timedelta

import pytest

from tandem.cases.journey import Stage
from tandem.cases.models import Ball
from tandem.close.models.closure import Reason
from tandem.kit import clock
from tandem.portal import tracking


@pytest.fixture
def promised(case, sam):
    case.assignments.give("customer", to=sam, by=sam)
    case.promises.make(clock.now() + timedelta(hours=4), by=sam)
    case.refresh_from_db()
    return case


def labels(case, state: str) -> list[str]:
    return [str(step["label"]) for step in tracking.parcel(case) if step["state"] == state]


def test_a_new_report_is_told_that_a_person_reads_it(case):
    assert "A person reads your report" in tracking.next_word(case)["body"]


def test_when_nothing_more_is_promised_it_says_who_looks_after_it(promised, sam):
    promised.enter(Stage.TRIAGE, by=sam)
    promised.enter(Stage.INVESTIGATE, by=sam)
    promised.updates.send("We look for the cause.", by=sam)
    promised.refresh_from_db()

    assert tracking.next_word(promised) == {
        "says": "as soon as there is news",
        "body": "Sam looks after your case.",
    }


def test_once_a_person_answered_nobody_is_said_to_read_the_report_still(case, sam, ana, at_the_desk):
    """The workaround kept the promise, and no new one was made."""
    case.promises.make(clock.now() + timedelta(hours=4), by=sam)
    case.workarounds.offer("Export by month.", by=sam, expires_at=clock.now() + timedelta(days=3))

    page = at_the_desk(ana).get(f"/portal/cases/{case.number}/").text

    assert "as soon as there is news" in page
    assert "A person reads your report" not in page


def test_however_much_was_said_ana_is_one_step_from_her_answer(case, ana, at_the_desk):
    page = at_the_desk(ana).get(f"/portal/cases/{case.number}/").text

    assert page.index('href="#answer"') < page.index(case.title, page.index("<h1>")) < page.index('<form id="answer"')


def test_a_word_of_the_house_itself_is_no_answer_of_a_person(case):
    case.updates.send("We received your report.", by=None)

    assert tracking.next_word(case)["says"] == "soon"


def test_a_promise_names_who_keeps_it(promised, erin, sam):
    promised.assignments.give("technical", to=erin, by=sam)
    promised.refresh_from_db()

    word = tracking.next_word(promised)

    assert (word["at"], word["state"]) == (promised.next_update_at, "ok")
    assert word["body"] == "Sam keeps this promise. Erin works on the cause."


def test_a_broken_promise_is_not_hidden(promised):
    with clock.at(clock.now() + timedelta(hours=5)):
        assert tracking.next_word(promised)["state"] == "broken"


def test_when_it_is_their_turn_it_says_so_and_what_stays_promised(promised, sam):
    promised.pass_ball(Ball.CUSTOMER, by=sam)

    word = tracking.next_word(promised)

    assert word["says"] == "We wait for a word from you"
    assert word["body"].endswith("in any case.")


def test_when_nothing_is_promised_nothing_is_said_of_a_promise(case, sam):
    case.pass_ball(Ball.CUSTOMER, by=sam)

    assert tracking.next_word(case)["body"] == ""


def test_a_closed_case_opens_again_with_a_word(case, sam):
    case.closures.close(by=sam, reason=Reason.NOT_A_FAULT)
    case.refresh_from_db()

    assert tracking.next_word(case)["body"] == "Write below and it opens again."


def test_the_road_leaves_out_what_was_passed_by_and_engineers_until_they_are_needed(case, sam):
    case.enter(Stage.TRIAGE, by=sam)
    case.enter(Stage.INVESTIGATE, by=sam)

    assert labels(case, "done") == ["We received your report", "We judge how urgent it is"]
    assert labels(case, "here") == ["We look for the cause"]
    assert labels(case, "ahead") == ["You check that it works", "Closed together"]


def test_ana_sees_the_page_and_mallory_does_not(case, ana, mallory, at_the_desk):
    address = f"/portal/cases/{case.number}/"

    assert case.title in at_the_desk(ana).get(address).text
    assert at_the_desk(mallory).get(address).status_code == 404


def test_her_list_says_where_it_is_her_turn_and_what_is_over(case, ana, sam, at_the_desk):
    case.pass_ball(Ball.CUSTOMER, by=sam)
    assert "we wait for a word from you" in at_the_desk(ana).get("/portal/").text

    case.closures.close(by=sam, reason=Reason.NOT_A_FAULT)
    page = at_the_desk(ana).get("/portal/").text
    assert "we wait for a word from you" not in page
    assert 'class="stage done' in page


def test_an_empty_list_says_how_to_begin(mallory, at_the_desk):
    page = at_the_desk(mallory).get("/portal/").text

    assert "You have no case with us." in page
    assert "/portal/report/" in page


def test_what_is_not_there_yet_has_its_place_so_that_it_appears_on_an_open_page(case, ana, at_the_desk):
    page = at_the_desk(ana).get(f"/portal/cases/{case.number}/").content.decode()

    for place in ("card-verification", "card-readback", "card-question", "card-workaround", "card-closure"):
        assert f'<div id="{place}" data-panel=' in page
