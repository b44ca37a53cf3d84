from datetime import timedelta

import pytest
from django.db import transaction

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case
from tandem.cases.privacy.erasing import SIGN, erase
from tandem.kit import clock, say
from tandem.shifts import readin
from tandem.shifts.models import HandOver, Shift
from tandem.shifts.models.handover import (
    Leaving,
    NoLongerOffered,
    NotForYou,
    NothingToHandOver,
    NotYourHandOver,
    ToSomebodyElse,
)
from tandem.triage.models import Part


@pytest.fixture
def sams(case, sam) -> Case:
    """Ana's case, Sam's from front to back; he promised her a word in two hours."""
    case.assignments.give(Part.CUSTOMER, to=sam, by=sam)
    case.promises.make(clock.now() + timedelta(hours=2), by=sam)
    case.refresh_from_db()
    return case


@pytest.fixture
def offered(sams, sam, max) -> HandOver:
    return HandOver.objects.offer([Leaving(sams, next="Tell Ana")], to=max, by=sam, words="A quiet day.")


def test_nothing_changes_hands_until_the_next_person_accepts(offered, sams, sam, max):
    sams.refresh_from_db()
    assert sams.customer_owner == sam

    offered.accept(by=max)

    sams.refresh_from_db()
    assert (sams.customer_owner, sams.ball_holder) == (max, max)
    assert sams.assignments.standing().get().why == "handed over by Sam Okafor at shift end"
    assert [reading.person for reading in offered.readers.all()] == [max]


def test_taking_over_is_undone_and_offered_again(offered, sams, sam, max):
    offered.accept(by=max)

    offered.handed.get().undo(by=max)

    sams.refresh_from_db()
    assert (sams.customer_owner, sams.ball_holder, offered.handed.get().is_waiting) == (sam, sam, True)


def test_of_a_team_whoever_accepts_has_it(sams, sam, max, support):
    offered = HandOver.objects.offer([Leaving(sams)], team=support, by=sam)

    offered.accept(by=max)

    sams.refresh_from_db()
    assert sams.customer_owner == max


def test_of_a_team_each_who_reads_it_is_noted(sams, sam, max, ada, support, at_the_desk):
    support.members.add(max, ada)
    offered = HandOver.objects.offer([Leaving(sams)], team=support, by=sam)
    address = f"/desk/handovers/{offered.pk}/"
    for person in (max, ada):
        browser = at_the_desk(person)
        assert "I have read it" in browser.get(address).text
        browser.post(f"{address}reading/")
        page = browser.get(address).text
        assert "I have read it" not in page
        assert 'hx-trigger="load"' not in page

    assert [reading.person for reading in offered.readers.all()] == [max, ada]
    assert "Max Berger" in at_the_desk(sam).get(address).text
    assert "I have read it" not in at_the_desk(sam).get(address).text


def test_only_some_are_taken_over(offered, sams, mallorys_case, sam, max):
    mallorys_case.assignments.give(Part.CUSTOMER, to=sam, by=sam)
    both = HandOver.objects.offer([Leaving(sams), Leaving(mallorys_case)], to=max, by=sam)
    assert not offered.handed.waiting().exists(), "what is offered anew is offered once"

    both.accept(both.handed.filter(case=sams), by=max)

    mallorys_case.refresh_from_db()
    assert mallorys_case.customer_owner == sam
    assert [handed.case for handed in both.handed.waiting()] == [mallorys_case]


def test_a_manager_lets_it_take_effect_at_once_and_nobody_else_does(sams, sam, max, erin):
    offered = HandOver.objects.offer([Leaving(sams)], to=max, by=sam)
    with pytest.raises(NotForYou):
        offered.accept(by=erin)
    with pytest.raises(NotForYou):
        offered.accept(by=sam)

    back = HandOver.objects.offer([Leaving(sams)], to=sam, by=max)
    back.accept(by=max)

    assert back.handed.get().accepted_by == sam


def test_what_was_taken_back_cannot_be_taken_over(offered, sam, max, erin):
    with pytest.raises(NotYourHandOver):
        offered.withdraw(by=erin)
    offered.withdraw(by=sam)

    with pytest.raises(NoLongerOffered):
        offered.accept(offered.handed.all(), by=max)


def test_one_hands_something_over_to_somebody_else(sams, sam, max, support):
    with pytest.raises(NothingToHandOver):
        HandOver.objects.offer([], to=max, by=sam)
    for wrong in ({"to": sam}, {}, {"to": max, "team": support}):
        with pytest.raises(ToSomebodyElse):
            HandOver.objects.offer([Leaving(sams)], by=sam, **wrong)


def test_the_read_in_tells_what_changed_what_is_due_and_what_is_asked(sams, sam):
    sams.questions.ask("Which browser?", by=sam)
    since = clock.now() - timedelta(hours=1)

    left = readin.drawn(readin.cases_of(sam), sam, since)
    words = readin.words(left, since)

    assert "Promises broken, or due in the next 8 hours:\n" in words
    assert f"- {sams.number} Northwind Analytics: “Which browser?”" in words
    assert left[0].next == "Ana owes us an answer: “Which browser?”"
    assert left[0].changes > 2


def test_what_is_written_before_midnight_means_the_same_after_it(sams, sam):
    due = say.kept(sams.next_update_at)
    left = readin.drawn(readin.cases_of(sam), sam, clock.now() - timedelta(hours=1))

    assert left[0].next == f"Tell Ana by {due}"
    assert f"Northwind Analytics: by {due}" in readin.words(left, clock.now() - timedelta(hours=1))


def test_the_read_in_asks_as_little_for_many_cases(sams, sam, ana, django_assert_num_queries):
    for n in range(5):
        Case.objects.open_for(ana, title=f"Export {n}").assignments.give(Part.CUSTOMER, to=sam, by=sam)
    cases = readin.cases_of(sam)
    assert len(cases) == 6

    with django_assert_num_queries(4):
        readin.drawn(cases, sam, clock.now() - timedelta(hours=1))


def test_the_page_hands_over_what_was_chosen_and_the_next_takes_it(sams, sam, max, at_the_desk):
    page = at_the_desk(sam).get("/desk/handovers/new/").text
    assert "Promises broken, or due in the next 8 hours" in page

    chosen = {"to": max.pk, "words": "All well.", f"take_{sams.number}": "on", f"next_{sams.number}": "Tell Ana"}
    sent = at_the_desk(sam).post("/desk/handovers/", chosen, follow=True)
    assert "1 of 1 wait to be taken over." in sent.text
    assert "Sam Okafor hands over to Max Berger" in at_the_desk(max).get("/desk/").text

    handover = HandOver.objects.get()
    at_the_desk(max).post(f"/desk/handovers/{handover.pk}/reading/")
    taken = at_the_desk(max).post(f"/desk/handovers/{handover.pk}/acceptance/", follow=True)

    sams.refresh_from_db()
    assert ("taken over by Max" in taken.text, sams.customer_owner) == (True, max)
    assert "hands over" not in at_the_desk(max).get("/desk/").text


def test_to_nobody_is_said_on_the_page(sams, sam, at_the_desk):
    answer = at_the_desk(sam).post("/desk/handovers/", {f"take_{sams.number}": "on"})

    assert (answer.status_code, "one colleague or one team" in answer.text) == (422, True)


def test_strangers_to_it_do_not_see_it(offered, erin, ana, at_the_desk, by_api):
    address = f"/desk/handovers/{offered.pk}/"

    assert at_the_desk(erin).get(address).status_code == 404
    assert at_the_desk(ana).get(address).status_code == 404
    assert by_api(erin).get(f"/api/v1/handovers/{offered.pk}").status_code == 404
    assert by_api(erin).get("/api/v1/handovers").json() == []


def test_a_program_hands_over_and_another_accepts(sams, sam, max, by_api):
    told = {"to": max.email, "words": "Quiet.", "cases": [{"number": sams.number, "next": "Tell Ana"}]}
    assert by_api(sam).get("/api/v1/readin").json()["cases"] == [sams.number]

    made = by_api(sam).post("/api/v1/handovers", told, content_type="application/json").json()
    taken = by_api(max).post(
        f"/api/v1/handovers/{made['id']}/acceptance", {"cases": [sams.number]}, content_type="application/json"
    )

    assert taken.json()["cases"][0]["accepted_by"] == "Max Berger"


def test_a_shift_begins_once_and_ends_with_the_hand_over(sams, sam, max, at_the_desk):
    desk = at_the_desk(sam)
    desk.post("/desk/shift/")
    desk.post("/desk/shift/")
    assert Shift.objects.going_on().filter(person=sam).count() == 1

    HandOver.objects.offer([Leaving(sams)], to=max, by=sam)

    assert not Shift.objects.going_on().filter(person=sam).exists()
    assert sams.ball == Ball.SUPPORT


def test_now_says_since_when_one_is_on_shift_and_ends_it(sam, at_the_desk):
    desk = at_the_desk(sam)
    begun = desk.post("/desk/shift/", follow=True).text
    ended = desk.post("/desk/shift/", {"end": "1"}, follow=True).text

    assert "On shift since" in begun
    assert "Begin my shift" not in begun
    assert "On shift since" not in ended
    assert "Begin my shift" in ended
    assert not Shift.objects.going_on().exists()


def test_a_promise_that_broke_is_handed_over_as_broken(sams, sam):
    with clock.at(sams.next_update_at + timedelta(hours=1)):
        [left] = readin.to_offer(sam, clock.now() - timedelta(hours=8))
        assert left.due.startswith("broken since ")
        assert left.next.startswith("Tell Ana now: the promise is broken since ")


def test_nothing_restricted_is_written_into_what_others_take(sams, sam, max):
    sams.assignments.give(Part.CUSTOMER, to=max, by=max)
    sams.questions.ask("May we name the price?", by=max, of=sam, audience=Audience.RESTRICTED)
    since = clock.now() - timedelta(hours=1)

    offered = readin.to_offer(max, since)
    own = readin.drawn(readin.cases_of(max), max, since)

    assert "price" in readin.words(own, since) + own[0].next
    assert "price" not in readin.words(offered, since) + offered[0].next


def test_what_is_erased_on_a_case_goes_from_the_read_in(sams, sam, max):
    offered = HandOver.objects.offer([Leaving(sams)], to=max, by=sam, words="Ana said swordfish-77.")

    with transaction.atomic():
        erase([sams], "swordfish-77")

    offered.refresh_from_db()
    assert offered.words == f"Ana said {SIGN}."
