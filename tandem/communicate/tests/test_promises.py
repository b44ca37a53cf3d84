from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tandem.cases.models import Case
from tandem.communicate import reactions
from tandem.communicate.models import Promise, PromiseInThePast
from tandem.kit import clock

HOUR = timedelta(hours=1)


@pytest.fixture
def in_four_hours():
    return clock.now() + 4 * HOUR


def _after(span: timedelta):
    return clock.at(clock.now() + span)


def test_it_says_when_the_customer_next_hears_from_us(case, sam, in_four_hours):
    promise = case.promises.make(in_four_hours, by=sam)

    case.refresh_from_db()
    assert case.next_update_at == in_four_hours
    assert promise.state == "standing"


def test_it_belongs_to_the_customer_owner(case, sam, max, in_four_hours):
    case.reflect(customer_owner=max)

    assert case.promises.make(in_four_hours, by=sam).owner == max


def test_a_new_one_replaces_the_standing_one(case, sam, in_four_hours):
    old = case.promises.make(in_four_hours, by=sam)
    new = case.promises.make(in_four_hours + HOUR, by=sam)

    old.refresh_from_db()
    assert old.state == "withdrawn"
    assert list(case.promises.standing()) == [new]


def test_a_job_that_comes_late_leaves_what_was_promised_since(case, sam, in_four_hours):
    """It was asked for when the case closed; by now it is open again."""
    promise = case.promises.make(in_four_hours, by=sam)

    case.promises.withdraw()

    promise.refresh_from_db()
    assert promise.state == "standing"


def test_the_database_allows_one_standing_promise_only(case, sam, in_four_hours):
    case.promises.make(in_four_hours, by=sam)

    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.create(case=case, due_at=in_four_hours, warn_at=in_four_hours, made_by=sam, owner=sam)


def test_it_is_about_the_future(case, sam):
    with pytest.raises(PromiseInThePast):
        case.promises.make(clock.now() - HOUR, by=sam)


def test_an_update_keeps_it(case, sam, in_four_hours):
    promise = case.promises.make(in_four_hours, by=sam)

    update = case.updates.send("Still looking; the limit is in the exporter.", by=sam)

    promise.refresh_from_db()
    case.refresh_from_db()
    assert (promise.state, promise.kept_by) == ("kept", update)
    assert case.next_update_at is None


def test_an_update_makes_the_next_one(case, sam, in_four_hours):
    update = case.updates.send("Still looking.", by=sam, promise_at=in_four_hours)

    assert update.promise.due_at == in_four_hours


def test_a_word_of_the_house_itself_keeps_no_promise(case, sam, in_four_hours):
    case.promises.make(in_four_hours, by=sam)

    case.updates.send("We have your message.", by=None)

    assert case.promises.standing().exists()


def test_it_is_warned_of_half_an_hour_before(case, sam, in_four_hours):
    promise = case.promises.make(in_four_hours, by=sam)

    with clock.at(in_four_hours - timedelta(minutes=31)):
        Promise.objects.watch()
    assert not case.events.filter(verb="promise.warned").exists()

    with clock.at(in_four_hours - timedelta(minutes=29)):
        Promise.objects.watch()
        Promise.objects.watch()
    assert case.events.get(verb="promise.warned").facts["told"] == [sam.pk]
    promise.refresh_from_db()
    assert promise.warned_at


def test_a_short_one_is_warned_of_when_a_quarter_is_left(case, sam):
    promise = case.promises.make(clock.now() + timedelta(minutes=20), by=sam)

    assert promise.due_at - promise.warn_at == pytest.approx(timedelta(minutes=5), abs=timedelta(seconds=1))


def test_it_is_broken_once_and_the_owner_and_managers_hear_of_it(case, sam, max, in_four_hours):
    case.promises.make(in_four_hours, by=sam)

    with _after(5 * HOUR):
        Promise.objects.watch()
        Promise.objects.watch()

    assert case.events.get(verb="promise.broken").facts["told"] == [sam.pk, max.pk]
    assert case.promises.standing().get().state == "broken"


def test_kept_late_is_not_kept(case, sam, in_four_hours):
    promise = case.promises.make(in_four_hours, by=sam)

    with _after(5 * HOUR):
        case.updates.send("Sorry, this took longer.", by=sam)

    promise.refresh_from_db()
    assert promise.state == "late"
    assert case.events.get(verb="promise.kept").facts["late"] is True


def test_a_closed_case_owes_no_word(case, sam, in_four_hours):
    case.promises.make(in_four_hours, by=sam)
    case.enter("close", by=sam)

    reactions.owe_no_word_any_more(case.events.get(verb="case.entered_close"))

    case.refresh_from_db()
    assert not case.promises.standing().exists()
    assert case.next_update_at is None


def test_customers_see_the_promise_made_to_them_and_no_other(case, sam, ana, mallory, in_four_hours):
    promise = case.promises.make(in_four_hours, by=sam)

    assert promise in Promise.objects.visible_to(ana)
    assert not Promise.objects.visible_to(mallory).exists()


@pytest.mark.parametrize(("here", "there", "holds"), [(None, 2, 2), (4, 2, 2), (2, 4, 2), (4, None, 4)])
def test_of_merged_cases_the_earlier_promise_holds(case, ana, sam, worker, here, there, holds):
    other, now = Case.objects.open_for(ana, title="The same export again"), clock.now()
    for promised, hours in ((case, here), (other, there)):
        if hours:
            promised.promises.make(now + timedelta(hours=hours), by=sam)

    other.merges.join_to(case, by=sam)
    worker()

    case.refresh_from_db()
    assert case.next_update_at == now + timedelta(hours=holds) == case.promises.standing().get().due_at
    assert not other.promises.standing().exists()
