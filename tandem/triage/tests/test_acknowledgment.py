from datetime import timedelta

from tandem.communicate.models import Kind
from tandem.kit import clock
from tandem.triage.words import acknowledgment

ADDRESS = "/desk/cases/{number}/acknowledgment/"


def test_the_first_words_restate_the_problem_and_promise_to_come_back(case, sam):
    words = acknowledgment(case, sam)

    assert "Hello Ana," in words
    assert "“Nightly export stops at row 10,000”" in words
    assert "You hear from me again" in words
    assert words.endswith("Sam Okafor")


def test_they_feel_what_was_judged_and_no_more(case, sam):
    before = acknowledgment(case, sam)
    case.assessments.judge(impact=5, urgency=5, by=sam)

    assert "I am sorry for the trouble" in before
    assert "every hour counts" in acknowledgment(case, sam)


def test_sam_acknowledges_and_promises_the_next_word(case, sam, at_the_desk):
    desk, address = at_the_desk(sam), ADDRESS.format(number=case.number)
    before = clock.now()

    assert "Ana has no answer yet." in desk.get(address).content.decode()
    desk.post(address, {"text": "Hello Ana, I look at it.", "when": "1h"})

    update = case.updates.get()
    assert (update.kind, update.message.body) == (Kind.ACKNOWLEDGMENT, "Hello Ana, I look at it.")
    case.refresh_from_db()
    assert timedelta(minutes=59) < case.next_update_at - before < timedelta(minutes=61)
    assert "Acknowledged by Sam Okafor" in desk.get(address).content.decode()


def test_who_acknowledges_first_keeps_the_promise(case, sam, worker, at_the_desk):
    at_the_desk(sam).post(ADDRESS.format(number=case.number), {"text": "Hello Ana.", "when": "4h"})
    worker()

    case.refresh_from_db()
    assert case.customer_owner == sam
    assert case.promises.get().owner == sam


def test_who_owns_the_case_already_keeps_owning_it(case, sam, max, worker, at_the_desk):
    case.assignments.give("customer", to=max, by=max)

    at_the_desk(sam).post(ADDRESS.format(number=case.number), {"text": "Hello Ana.", "when": "4h"})
    worker()

    case.refresh_from_db()
    assert case.customer_owner == max


def test_an_update_that_is_no_acknowledgment_gives_nobody_the_case(case, sam, worker):
    case.updates.send("We look at it.", by=sam)
    worker()

    case.refresh_from_db()
    assert case.customer_owner is None


def test_a_promise_is_part_of_it(case, sam, at_the_desk):
    page = at_the_desk(sam).post(ADDRESS.format(number=case.number), {"text": "Hello Ana."})

    assert page.status_code == 422
    assert not case.updates.exists()


def test_an_engineer_does_not_speak_to_the_customer(case, erin, at_the_desk):
    desk, address = at_the_desk(erin), ADDRESS.format(number=case.number)

    assert desk.get(address).status_code == 200
    assert desk.post(address, {"text": "Hello Ana.", "when": "4h"}).status_code == 403


def test_customers_reach_nothing(case, ana, at_the_desk):
    assert at_the_desk(ana).get(ADDRESS.format(number=case.number)).status_code == 404


def test_the_panel_makes_one_query(case, sam, django_assert_num_queries):
    from tandem.triage import panels

    with django_assert_num_queries(1):
        panels.acknowledgment.words(case, sam)
