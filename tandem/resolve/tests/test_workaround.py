from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tandem.communicate.models import Kind
from tandem.kit import clock
from tandem.resolve.jobs import watch_workarounds
from tandem.resolve.models import Runner, Workaround
from tandem.resolve.models.workaround import AlreadyEnded, NoExpiry


@pytest.fixture
def by_month(case, sam, friday):
    return case.workarounds.offer(
        "Export month by month.",
        by=sam,
        expires_at=friday,
        risk="It takes longer.",
        applies_if="You export more than 10,000 rows.",
    )


def test_offering_it_tells_the_customer_steps_risk_and_expiry(case, by_month):
    update = case.updates.get(kind=Kind.WORKAROUND)

    for words in ("Export month by month.", "It takes longer.", "more than 10,000 rows", "It holds until"):
        assert words in update.message.body
    assert case.events.last().verb == "workaround.offered"


def test_who_does_it_is_told(case, sam, friday):
    case.workarounds.offer("We send you the file.", by=sam, expires_at=friday, runner=Runner.SUPPORT)

    assert "we in support do this for you" in case.updates.last().message.body


@pytest.mark.parametrize("expires_at", [None, clock.now() - timedelta(minutes=1)])
def test_without_an_expiry_to_come_it_is_refused(case, sam, expires_at):
    with pytest.raises(NoExpiry, match="not temporary"):
        case.workarounds.offer("For ever", by=sam, expires_at=expires_at)


def test_the_database_keeps_it_temporary(by_month):
    with pytest.raises(IntegrityError, match="workaround_is_temporary"), transaction.atomic():
        Workaround.objects.update(expires_at=by_month.offered_at)


def test_its_expiry_is_recorded_once_and_shows_on_the_desk(case, by_month, sam, friday, at_the_desk):
    with clock.at(friday + timedelta(minutes=1)):
        watch_workarounds(timestamp=0)
        watch_workarounds(timestamp=0)
        page = at_the_desk(sam).get(f"/desk/cases/{case.number}/workarounds/", headers={"HX-Request": "true"})

        assert case.events.filter(verb="workaround.expired").count() == 1
        assert "It expired 1 min ago" in page.content.decode()
        assert not Workaround.objects.holding().exists()


def test_nobody_hears_of_the_expiry_once_ana_has_confirmed_the_fix_and_the_case_is_closed(
    case, asked, sam, ana, friday
):
    case.workarounds.offer("Export month by month.", by=sam, expires_at=friday)
    asked.verify_customer(verdict="works", by=ana)
    case.enter("close", by=sam)
    with clock.at(friday + timedelta(minutes=1)):
        watch_workarounds(timestamp=0)

    assert not case.events.filter(verb="workaround.expired").exists()


def test_one_that_was_ended_does_not_expire(case, by_month, sam, friday):
    by_month.end(by=sam, why="The fix is out")
    with clock.at(friday + timedelta(days=1)):
        watch_workarounds(timestamp=0)

    assert not case.events.filter(verb="workaround.expired").exists()
    with pytest.raises(AlreadyEnded):
        by_month.end(by=sam, why="Again")
