"""What a customer was promised, and whose turn it is, when cases are read as one or messages change their place."""

from datetime import timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case
from tandem.kit import clock

HOUR = timedelta(hours=1)


@pytest.fixture
def other(ana):
    return Case.objects.open_for(ana, title="The same export again")


@pytest.fixture
def noon():
    return clock.now() + 4 * HOUR


def promised(case):
    return [promise.due_at for promise in Case.objects.get(pk=case.pk).promises.standing()]


def test_what_the_merged_case_was_promised_is_promised_on_the_other(case, other, sam, noon, worker):
    other.promises.make(noon, by=sam)

    other.merges.join_to(case, by=sam)
    worker()

    assert (promised(case), promised(other)) == ([noon], [])
    assert Case.objects.get(pk=case.pk).next_update_at == noon


@pytest.mark.parametrize("hours", [-1, 1])
def test_of_two_promises_the_earlier_one_stands(case, other, sam, noon, worker, hours):
    case.promises.make(noon, by=sam)
    other.promises.make(noon + hours * HOUR, by=sam)

    other.merges.join_to(case, by=sam)
    worker()

    assert promised(case) == [min(noon, noon + hours * HOUR)]


def test_a_promise_broken_before_the_merge_stays_a_broken_one(case, other, sam, noon, worker):
    other.promises.make(noon, by=sam)
    with clock.at(noon + HOUR):
        other.merges.join_to(case, by=sam)
        worker()
        [taken] = case.promises.standing()
        assert taken.is_broken


def test_taken_apart_both_are_owed_the_word(case, other, sam, noon, worker):
    other.promises.make(noon, by=sam)
    merge = other.merges.join_to(case, by=sam)
    worker()

    merge.undo(by=sam)
    worker()

    assert (promised(case), promised(other)) == ([noon], [noon])


def test_an_answer_that_was_on_the_wrong_case_makes_it_our_turn(case, other, sam, ana, worker):
    case.pass_ball(Ball.CUSTOMER, by=sam, holder=ana)
    old = other.messages.write("The export, version 4.3.", by=ana, audience=Audience.CUSTOMER)

    other.moves.move([old], to=case, by=sam)
    worker()

    assert Case.objects.get(pk=case.pk).ball == Ball.SUPPORT


def test_what_they_wrote_before_we_asked_is_no_answer(case, other, sam, ana, worker):
    old = other.messages.write("It stopped.", by=ana, audience=Audience.CUSTOMER)
    worker()
    with clock.at(clock.now() + HOUR):
        case.pass_ball(Ball.CUSTOMER, by=sam, holder=ana)
        other.moves.move([old], to=case, by=sam)
        worker()

    assert Case.objects.get(pk=case.pk).ball == Ball.CUSTOMER


def test_what_was_asked_on_a_merged_case_is_answered_where_both_are_read(case, other, sam, ana, worker, at_the_desk):
    [question] = [other.questions.ask("Which version?", by=sam)]
    other.merges.join_to(case, by=sam)
    case.pass_ball(Ball.CUSTOMER, by=sam, holder=ana)
    worker()
    assert "Which version?" in at_the_desk(sam).get(f"/desk/cases/{case.number}/questions/").text

    question.answer("4.3", by=ana)
    worker()
    assert Case.objects.get(pk=case.pk).ball == Ball.SUPPORT
