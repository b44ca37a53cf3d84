from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tandem.cases import ledger
from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.cases.models.link import LinkKind
from tandem.cases.query import ask
from tandem.cases.sentences import sentence
from tandem.communicate.models import Promise
from tandem.kit import clock
from tandem.organize.models.snooze import (
    AwakeAlready,
    NothingToSnooze,
    NothingWouldWakeIt,
    NoTimeToSnooze,
    PromiseIsDue,
)
from tandem.organize.waking import Wakes, Woke

DAY = timedelta(days=1)


@pytest.fixture
def another_case(ana):
    return Case.objects.open_for(ana, title="The same export again")


def tomorrow():
    return clock.now() + DAY


def is_asleep(case) -> bool:
    return Case.objects.get(pk=case.pk).snoozed_until is not None


def why(case) -> str:
    return case.snoozes.first().woke


def test_it_leaves_the_lists_until_its_time_and_says_why_it_woke(case, sam, worker):
    worker()
    case.snoozes.put_off(by=sam, until=tomorrow())
    worker()
    assert is_asleep(case)
    assert [case] == list(Case.objects.filter(ask("is:snoozed snoozed:<2d", sam).clause))
    assert not Case.objects.filter(ask("snoozed:<2h", sam).clause).exists()

    with clock.at(tomorrow() + timedelta(minutes=1)):
        worker()

    assert not is_asleep(case)
    assert sentence(case.events.last()) == "Woken: its time has come"


def test_whatever_it_waits_for_a_word_of_the_customer_wakes_it(case, sam, ana, worker):
    worker()
    case.snoozes.put_off(by=sam, until=tomorrow(), on=Wakes.ENGINEERING)
    case.messages.write("A note among us.", by=sam, audience=Audience.SUPPORT)
    worker()
    assert is_asleep(case)

    case.messages.write("It stopped again.", by=ana, audience=Audience.CUSTOMER)
    worker()

    assert not is_asleep(case)
    assert why(case) == "Ana Lima wrote"


def test_it_wakes_before_a_promise_breaks(case, sam, worker):
    worker()
    case.promises.make(clock.now() + timedelta(hours=4), by=sam)
    case.snoozes.put_off(by=sam, until=tomorrow())

    with clock.at(clock.now() + timedelta(hours=3, minutes=45)):
        Promise.objects.watch()
        worker()
        assert not is_asleep(case)
        assert why(case) == "the promise is due soon"
        with pytest.raises(PromiseIsDue):
            case.snoozes.put_off(by=sam, until=tomorrow())


def test_it_waits_for_engineering(case, sam, erin, platform, worker):
    worker()
    escalation = case.escalations.raise_to(platform, by=sam, asking="Why does it stop?")
    case.snoozes.put_off(by=sam, on=Wakes.ENGINEERING)
    worker()
    assert is_asleep(case)

    escalation.accept(by=erin)
    worker()

    assert why(case) == "engineering answered"


def test_a_hand_back_wakes_it_before_its_time(case, sam, erin, platform, worker):
    escalation = case.escalations.raise_to(platform, by=sam, asking="Why does it stop?")
    escalation.accept(by=erin)
    worker()
    case.snoozes.put_off(by=sam, until=tomorrow())

    escalation.hand_back(cause="A limit.", tell_customer="We raised a limit.", by=erin)
    worker()

    assert not is_asleep(case)
    assert why(case) == "engineering answered"


def test_a_return_and_a_question_wake_it_before_its_time(case, sam, erin, platform, worker):
    escalation = case.escalations.raise_to(platform, by=sam, asking="Why does it stop?")
    worker()
    case.snoozes.put_off(by=sam, until=tomorrow())
    escalation.ask("Which rows?", by=erin)
    worker()
    assert why(case) == "engineering answered"

    Case.objects.get(pk=case.pk).snoozes.put_off(by=sam, until=tomorrow())
    escalation.send_back(reasons="Not without the rows.", by=erin)
    worker()

    assert not is_asleep(case)
    assert why(case) == "engineering answered"


def test_it_wakes_for_a_new_owner_whom_somebody_else_chose(case, sam, max, worker):
    case.assignments.give("customer", to=sam, by=sam)
    worker()
    case.snoozes.put_off(by=sam, until=tomorrow())

    case.assignments.give("customer", to=max, by=max)
    worker()

    assert not is_asleep(case)
    assert why(case) == "Max Berger owns it now"


def test_who_snoozed_it_knows_to_whom_they_gave_it(case, sam, max, worker):
    case.assignments.give("customer", to=sam, by=sam)
    worker()
    case.snoozes.put_off(by=sam, until=tomorrow())

    case.assignments.give("customer", to=max, by=sam)
    worker()

    assert is_asleep(case)


def test_the_answer_to_her_question_wakes_what_erin_put_off(case, sam, erin, platform, worker):
    escalation = case.escalations.raise_to(platform, by=sam, asking="Why does it stop?")
    escalation.accept(by=erin)
    question = escalation.ask("Which rows?", by=erin)
    worker()
    case.snoozes.put_off(by=erin, until=tomorrow())
    case.assignments.give("customer", to=sam, by=sam)
    worker()
    assert is_asleep(case)

    question.answer("The last ones.", by=sam)
    worker()

    assert not is_asleep(case)
    assert why(case) == "Sam Okafor passed the ball"


def test_it_is_not_brought_back_where_the_ball_came_meanwhile(case, sam, max, worker):
    worker()
    snooze = case.snoozes.put_off(by=sam, until=tomorrow())
    snooze.wake(by=sam)
    case.assignments.give("customer", to=max, by=max)

    with pytest.raises(NothingToSnooze):
        case.snoozes.bring_back(snooze.pk, by=sam)


@pytest.mark.parametrize("verb", ["clock.warned", "clock.broken"])
def test_it_wakes_before_a_clock_breaks(case, sam, worker, verb):
    worker()
    case.snoozes.put_off(by=sam, on=Wakes.ENGINEERING)

    case.record(verb, clocks=[], told=[sam.pk])
    worker()

    assert not is_asleep(case)
    assert why(case) == "a clock is due soon or was not met in time"


def test_a_withdrawn_escalation_is_not_waited_for(case, sam, platform, worker):
    worker()
    escalation = case.escalations.raise_to(platform, by=sam, asking="Why does it stop?")
    case.snoozes.put_off(by=sam, on=Wakes.ENGINEERING)
    worker()

    escalation.withdraw(by=sam)
    worker()

    assert not is_asleep(case)
    assert why(case) == "the escalation was withdrawn"


def test_it_wakes_when_its_last_link_is_removed(case, mallorys_case, another_case, sam, worker):
    links = [other.links.link_to(case, by=sam) for other in (mallorys_case, another_case)]
    worker()
    case.snoozes.put_off(by=sam, on=Wakes.CASE)
    links[0].remove(by=sam)
    worker()
    assert is_asleep(case)

    links[1].remove(by=sam)
    worker()

    assert not is_asleep(case)
    assert why(case) == "no linked case is left to wait for"


def test_it_wakes_when_the_linked_case_is_merged(case, another_case, ana, sam, worker):
    target = Case.objects.open_for(ana, title="And again")
    another_case.links.link_to(case, by=sam)
    worker()
    case.snoozes.put_off(by=sam, on=Wakes.CASE)

    another_case.merges.join_to(target, by=sam)
    worker()

    assert why(case) == "no linked case is left to wait for"


def test_it_waits_for_a_child_to_close(case, mallorys_case, sam, worker):
    with pytest.raises(NothingWouldWakeIt):
        case.snoozes.put_off(by=sam, on=Wakes.CASE)
    mallorys_case.links.link_to(case, kind=LinkKind.CHILD_OF, by=sam)
    worker()
    case.snoozes.put_off(by=sam, on=Wakes.CASE)

    mallorys_case.closures.close(by=sam, reason="not_a_fault")
    worker()

    assert why(case) == f"case {mallorys_case.number} closed"


def test_what_a_rule_of_theirs_does_is_not_what_they_did(case, sam, max, worker):
    worker()
    case.snoozes.put_off(by=sam, until=tomorrow())
    with ledger.because(by_rule="To whoever is there"):
        case.assignments.give("customer", to=max, by=sam)
    worker()

    assert not is_asleep(case)
    assert why(case) == "Max Berger owns it now"


def test_anything_is_what_somebody_else_does(case, sam, erin, worker):
    worker()
    case.snoozes.put_off(by=sam, on=Wakes.ANYTHING)
    case.hypotheses.propose("A limit", by=sam)
    worker()
    assert is_asleep(case)

    case.hypotheses.propose("Stale statistics", by=erin)
    worker()

    assert why(case) == "Erin Haas did something here"


def test_what_is_over_sleeps_no_more(case, sam, worker):
    case.snoozes.put_off(by=sam, until=tomorrow())
    case.closures.close(by=sam, reason="not_a_fault")
    worker()

    assert case.snoozes.get().ended_why == Woke.CLOSED
    with pytest.raises(NothingToSnooze):
        Case.objects.get(pk=case.pk).snoozes.put_off(by=sam, until=tomorrow())


def test_it_is_snoozed_once_and_woken_once(case, sam, erin):
    first = case.snoozes.put_off(by=sam, until=tomorrow())
    second = case.snoozes.put_off(by=erin, on=Wakes.CUSTOMER)

    assert str(second) == "until Ana writes"
    assert case.snoozes.get(pk=first.pk).ended_why == Woke.AGAIN
    told = case.events.get(verb="snooze.ended")
    assert (sentence(told), told.facts["told"]) == ("Woken: Erin Haas snoozed it anew", sam.pk)
    with pytest.raises(IntegrityError, match="one_standing_snooze"), transaction.atomic():
        case.snoozes.create(until=tomorrow(), begun_by=sam)
    second.wake(by=sam)
    with pytest.raises(AwakeAlready):
        second.wake(by=sam)
    for times in ({}, {"until": clock.now() - DAY}, {"until": clock.now() + 400 * DAY}, {"on": "rain"}):
        with pytest.raises(NoTimeToSnooze):
            case.snoozes.put_off(by=sam, **times)


def test_the_strip_says_so_with_one_click_to_wake_it(case, sam, at_the_desk):
    desk, page = at_the_desk(sam), f"/desk/cases/{case.number}/"

    desk.post(f"{page}snooze/", {"until": "", "on": "customer"})
    assert "until Ana writes" in desk.get(f"{page}strip/").text
    assert "Wake it" in desk.get(page).text

    desk.post(f"{page}snooze/waking/")
    assert "Wake it" not in desk.get(f"{page}strip/").text
    assert "woken by Sam Okafor" in desk.get(f"{page}snooze/", headers={"HX-Request": "true"}).text
    assert desk.post(f"{page}snooze/", {"until": "", "on": ""}).status_code == 422


def test_by_api(case, sam, ana, by_api):
    api = by_api(sam)
    made = api.post(f"/api/v1/cases/{case.number}/snoozes", {"on": "customer"}, content_type="application/json")
    assert made.status_code == 201, made.text
    assert api.delete(f"/api/v1/cases/{case.number}/snoozes/standing").status_code == 204
    assert api.get(f"/api/v1/cases/{case.number}/snoozes").json()[0]["ended_why"] == "hand"
    assert by_api(ana).get(f"/api/v1/cases/{case.number}/snoozes").status_code in (403, 404)
