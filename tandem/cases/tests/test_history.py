from datetime import timedelta

import pytest
from django.utils import timezone

from tandem.cases import history
from tandem.cases.audience import Audience
from tandem.cases.models import Event
from tandem.cases.sentences import sentence


@pytest.fixture
def long(case, sam) -> None:
    """A ledger of more than two pages."""
    case.refresh_from_db()
    lines = [
        Event(case=case, seq=case.last_seq + 1 + n, verb="attempt.noted", by=sam, at=case.opened_at, audience="support")
        for n in range(2 * history.PAGE)
    ]
    Event.objects.bulk_create(lines)


def verbs(page: history.Page) -> list[str]:
    return [event.verb for event in page.events]


def test_it_is_read_a_page_at_a_time_and_each_line_once(case, long, sam):
    seen, older = [], "before="
    while older:
        told = dict(pair.split("=") for pair in older.split("&"))
        page = history.page(case, sam, told)
        seen += [event.seq for event in page.events]
        older = page.older

    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == Event.objects.filter(case=case).count()


@pytest.mark.parametrize(
    ("audience", "says"),
    [
        (Audience.CUSTOMER, "Message to the customer"),
        (Audience.SUPPORT, "Note written"),
        (Audience.RESTRICTED, "Restricted note written"),
    ],
)
def test_it_says_for_whom_something_was_written(case, max, audience, says):
    case.messages.write("It is being looked into.", by=max, audience=audience)

    assert sentence(case.events.get(verb="message.written")) == says


def test_it_is_filtered_by_kind_person_audience_and_day(case, sam):
    case.messages.write("A note.", by=sam, audience=Audience.SUPPORT)
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert verbs(history.page(case, sam, {"kind": "message", "by": str(sam.pk)})) == ["message.written"]
    assert "message.written" not in verbs(history.page(case, sam, {"audience": "customer"}))
    assert verbs(history.page(case, sam, {"since": tomorrow.isoformat()})) == []
    assert "message.written" in verbs(history.page(case, sam, {"until": tomorrow.isoformat()}))


def test_what_it_does_not_understand_filters_nothing(case, sam):
    page = history.page(case, sam, {"since": "soon", "kind": "weather", "before": "x"})

    assert "case.opened" in verbs(page)
    assert page.form.errors


def test_it_shows_what_its_reader_may_see(case, sam, max):
    case.record("case.whispered", by=max, audience=Audience.RESTRICTED)

    assert "case.whispered" in verbs(history.page(case, max, {}))
    assert "case.whispered" not in verbs(history.page(case, sam, {}))


def test_the_page_asks_as_little_for_a_long_ledger(case, long, sam, django_assert_num_queries):
    with django_assert_num_queries(3):
        history.page(case, sam, {})


def test_its_page_stands_on_the_desk(case, long, sam, ana, at_the_desk):
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/ledger/?kind=attempt").text

    assert "kind=attempt&amp;before=" in page
    assert at_the_desk(ana).get(f"/desk/cases/{case.number}/ledger/").status_code == 404
