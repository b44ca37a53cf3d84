"""What a customer was promised, and whose turn it is, when cases are read as one or messages change their place."""

from datetime import timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case, Message
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


@pytest.fixture
def answers(ana, worker):
    """Ana answers by mail, on the address that only she was given for a case."""
    from tandem.submit.models import Submission
    from tandem.submit.tests.mail import mail

    def answer(case, words):
        address = f"reply+{case.participants.get(user=ana).word}@reply.tandem.example"
        raw = mail(sender="Ana Lima <ana@northwind.example>", to=address, subject="Re: it", body=words)
        Submission.objects.accept_mail(raw, sender="ana@northwind.example", recipients=[address])
        worker()

    return answer


def test_a_wrong_merge_is_undone_after_ten_replies_and_answers_on_both_addresses(
    case, other, ana, sam, by_api, at_the_desk, answers, worker
):
    other.messages.write("Invoices come twice.", by=ana, audience=Audience.CUSTOMER)
    expected = {case.pk: said(case), other.pk: said(other)}
    program, desk = by_api(sam), at_the_desk(sam)
    merge = program.post(f"/api/v1/cases/{other.number}/merges", {"into": case.number}, "application/json").json()
    for n in range(5):
        program.post(f"/api/v1/cases/{case.number}/updates", {"body": f"By program {n}"}, "application/json")
        desk.post(
            f"/desk/cases/{case.number}/messages/",
            {"audience": "customer", "body": f"By desk {n}", "when": "4h", f"place-{participant(case, ana).pk}": "to"},
        )
    answers(case, "On the first.")
    answers(other, "On the second.")
    assert {"On the first.", "On the second."} <= {*said(case)}
    assert said(other)[-1] == "On the second."

    desk.post(f"/desk/cases/{case.number}/merge/{merge['id']}/undo/")
    worker()

    replies = [f"By {how} {n}" for n in range(5) for how in ("program", "desk")]
    assert said(case) == [*expected[case.pk], *replies, "On the first."]
    assert said(other) == [*expected[other.pk], "On the second."]
    for number in (case.number, other.number):
        assert desk.get(f"/desk/cases/{number}/").status_code == 200
        assert at_the_desk(ana).get(f"/portal/cases/{number}/").status_code == 200


def test_the_customer_reads_where_their_words_went(case, other, ana, sam, at_the_desk):
    stray = case.messages.write("The invoice!", by=ana, audience=Audience.CUSTOMER)
    portal = at_the_desk(ana)

    case.moves.move([stray], to=other, by=sam)
    shown = portal.get(f"/portal/cases/{case.number}/").text
    assert f'<a href="/portal/cases/{other.number}/">What you wrote is read in case {other.number} now</a>' in shown
    assert "The invoice!" in portal.get(f"/portal/cases/{other.number}/").text

    other.merges.join_to(case, by=sam)
    shown = portal.get(f"/portal/cases/{other.number}/").text
    assert f'<a href="/portal/cases/{case.number}/">case {case.number}</a>' in shown


def said(case):
    return [message.body.strip() for message in Message.objects.of(case).visible_to(case.reporter)]


def participant(case, who):
    return case.participants.get(user=who)
