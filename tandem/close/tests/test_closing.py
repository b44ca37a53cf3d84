from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.close.models import Closure, Reason
from tandem.close.models.closure import ClosedAlready, NotConfirmed, OpenedAlready
from tandem.communicate.models import Kind
from tandem.kit import clock
from tandem.resolve.models import Verdict


@pytest.fixture
def confirmed(case, asked, ana, sam):
    asked.verify_customer(verdict=Verdict.WORKS, by=ana)
    return case.closures.close(by=sam, reason=Reason.FIXED_CONFIRMED)


def test_it_tells_the_customer_and_the_ball_is_with_nobody(case, confirmed):
    update = case.updates.get(kind=Kind.CLOSURE)

    assert (update.page, update.page_of) == ("rate_link", confirmed.pk)
    assert "You told us that it works" in update.message.body
    assert "answer this mail and the case opens again" in update.message.body
    assert (case.stage, case.ball) == (Stage.CLOSE, Ball.NOBODY)
    assert case.events.last().verb == "closure.made"


def test_unconfirmed_is_never_called_confirmed(case, asked, sam):
    with pytest.raises(NotConfirmed, match="has not said that it works"):
        case.closures.close(by=sam, reason=Reason.FIXED_CONFIRMED)

    case.closures.close(by=sam, reason=Reason.FIXED_UNCONFIRMED, words="We have not heard from you for two weeks.")
    assert "two weeks" in case.updates.last().message.body
    assert Closure.objects.get().reason == Reason.FIXED_UNCONFIRMED


def test_what_held_before_it_was_opened_again_confirms_nothing(case, asked, confirmed, ana, sam):
    confirmed.reopen(by=ana, why="It stopped again")

    with pytest.raises(NotConfirmed):
        case.closures.close(by=sam, reason=Reason.FIXED_CONFIRMED)

    asked.refresh_from_db()
    asked.ask_customer(by=sam)
    asked.verify_customer(verdict=Verdict.WORKS, by=ana)
    case.closures.close(by=sam, reason=Reason.FIXED_CONFIRMED)
    assert case.closures.count() == 2


def test_it_closes_once(case, confirmed, sam):
    with pytest.raises(ClosedAlready):
        case.closures.close(by=sam, reason=Reason.DUPLICATE)
    with pytest.raises(IntegrityError, match="one_standing_closure"), transaction.atomic():
        case.closures.create(reason=Reason.DUPLICATE, closed_by=sam)


def test_it_withdraws_what_engineering_was_still_asked(case, tried, sam, platform):
    escalation = case.escalations.raise_to(platform, by=sam, asking="Why do exports stop at 10,000 rows?")

    case.closures.close(by=sam, reason=Reason.NOT_A_FAULT)

    escalation.refresh_from_db()
    assert escalation.withdrawn_at
    assert not case.escalations.waiting().exists()
    assert (case.stage, case.ball) == (Stage.CLOSE, Ball.NOBODY)


def test_it_keeps_the_standing_promise(case, tried, sam):
    case.promises.make(clock.now() + timedelta(hours=4), by=sam)

    case.closures.close(by=sam, reason=Reason.NOT_A_FAULT)

    assert case.promises.get().kept_at
    assert Case.objects.get(pk=case.pk).next_update_at is None


def test_a_message_of_the_customer_opens_it_again_and_the_owner_has_the_ball(case, confirmed, ana, sam, worker):
    worker()
    with clock.at(clock.now() + timedelta(days=2)):
        case.messages.write("It stopped again tonight.", by=ana, audience=Audience.CUSTOMER)
        worker()

    confirmed.refresh_from_db()
    case.refresh_from_db()
    assert (confirmed.reopened_by, confirmed.reopened_why) == (ana, "The customer wrote again.")
    assert (case.stage, case.ball, case.ball_holder) == (Stage.INVESTIGATE, Ball.SUPPORT, sam)
    assert case.events.get(verb="closure.reopened").facts["late"] is False


def test_after_two_weeks_it_still_opens_and_is_counted_late(case, confirmed, ana, worker):
    worker()
    with clock.at(clock.now() + timedelta(days=15)):
        case.messages.write("And again.", by=ana, audience=Audience.CUSTOMER)
        worker()

    assert case.events.get(verb="closure.reopened").facts["late"] is True


def test_a_message_to_a_case_merged_into_a_closed_one_opens_that(case, tried, ana, sam, worker):
    other = Case.objects.open_for(ana, title="The same export")
    other.merges.join_to(case, by=sam)
    case.closures.close(by=sam, reason=Reason.NOT_A_FAULT)
    worker()
    with clock.at(clock.now() + timedelta(hours=1)):
        other.messages.write("It is a fault.", by=ana, audience=Audience.CUSTOMER)
        worker()

    assert Case.objects.get(pk=case.pk).is_open


def test_a_message_from_before_the_end_opens_nothing(case, tried, ana, sam, worker):
    case.messages.write("Thank you!", by=ana, audience=Audience.CUSTOMER)
    case.closures.close(by=sam, reason=Reason.NOT_A_FAULT)
    worker()

    assert not Case.objects.get(pk=case.pk).is_open


def test_notes_of_colleagues_open_nothing(case, confirmed, sam, worker):
    with clock.at(clock.now() + timedelta(days=1)):
        case.messages.write("Well done.", by=sam, audience=Audience.SUPPORT)
        worker()

    assert not Case.objects.get(pk=case.pk).is_open


def test_reopening_keeps_the_row_and_happens_once(case, confirmed, sam):
    confirmed.reopen(by=sam, why="We closed it too early")

    with pytest.raises(OpenedAlready):
        confirmed.reopen(by=sam, why="Again")
    assert case.closures.count() == 1


def test_the_customer_hears_that_it_is_open_again_from_whoever_opened_it(case, sam, worker, outbox):
    closure = case.closures.close(by=sam, reason=Reason.NO_ANSWER)
    worker()

    closure.reopen(by=sam, why="We found another row limit.")
    worker()

    mail = outbox()[-1]
    assert mail["To"] == "Ana Lima <ana@northwind.example>"
    assert "We opened this case again: We found another row limit." in text_of(mail)
    assert mail["Auto-Submitted"] is None


def test_a_customer_who_opens_it_again_is_told_so_by_a_program_and_not_twice(case, sam, ana, worker, outbox):
    for _time in range(2):
        case.closures.close(by=sam, reason=Reason.NO_ANSWER)
        case.messages.write("It is not over.", by=ana, audience=Audience.CUSTOMER)
        worker()

    [told] = [mail for mail in outbox() if "open again. A person" in text_of(mail)]
    assert told["Auto-Submitted"] == "auto-generated"


def text_of(mail) -> str:
    return mail.get_payload(0).get_payload(decode=True).decode()
