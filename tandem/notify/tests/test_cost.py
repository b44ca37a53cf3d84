"""What it costs to tell: nothing for a case nobody owns, one statement for an act, whoever many are told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tandem.cases.audience import Audience
from tandem.cases.jobs import hear
from tandem.cases.ledger import LISTENERS
from tandem.cases.models import Event
from tandem.notify.models import Notice
from tandem.notify.spreading import spread
from tandem.people.models import User


def statements(case, verbs) -> list[str]:
    events = {event.pk: event.verb for event in case.events.filter(verb__in=verbs)}
    with CaptureQueriesContext(connection) as asked:
        spread(events)
    return [query["sql"] or "" for query in asked if "SAVEPOINT" not in (query["sql"] or "")]


def test_a_mail_on_a_case_nobody_owns_costs_one_statement_and_writes_nothing(case, worker):
    worker()
    assert len(statements(case, ["message.received", "case.opened"])) == 1
    assert not Notice.objects.exists()


def test_it_is_one_statement_however_many_watch(case, ana, worker):
    worker()
    for nth in range(20):
        colleague = User.objects.welcome(f"c{nth}@tandem.example", name=f"Colleague {nth}", role="support")
        case.watches.create(watched_by=colleague)
    case.messages.write("Again.", by=ana, audience=Audience.CUSTOMER)
    assert len(statements(case, ["message.received"])) == 2  # and one word to their desks
    assert Notice.objects.values("user").distinct().count() == 20


@pytest.mark.parametrize("times", [1, 2])
def test_all_that_an_act_recorded_is_heard_in_one_job(case, times, monkeypatch):
    monkeypatch.setitem(LISTENERS, "message.received", [])
    events = list(Event.objects.filter(verb="message.received").values_list("pk", flat=True)) * times
    with CaptureQueriesContext(connection) as asked:
        hear(event_ids=events)
    assert len([query for query in asked if "SAVEPOINT" not in (query["sql"] or "")]) == 2
