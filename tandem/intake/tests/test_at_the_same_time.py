"""Two colleagues at the same moment, each on one of two cases that are read as one."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import connection, transaction

from tandem.cases.models import Case, hold
from tandem.intake.models import Asking, Question
from tandem.intake.models.once import AskedAlready

pytestmark = pytest.mark.django_db(transaction=True)
SINCE = Asking("When did you first see it?", "since")


@pytest.fixture
def merged(case, ana, sam):
    other = Case.objects.open_for(ana, title="The same export again")
    other.merges.join_to(case, by=sam)
    return other


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def test_of_two_who_ask_the_same_on_merged_cases_one_asks(case, merged, sam, max):
    def asks():
        try:
            return Case.objects.get(pk=merged.pk).questions.ask_together([SINCE], by=max)
        except AskedAlready as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            case.questions.ask_together([SINCE], by=sam)
            second = threads.submit(asks)
            while not wait([second], timeout=0.02).done and not somebody_waits():
                pass
        assert isinstance(second.result(), AskedAlready)

    assert Question.objects.count() == 1


def test_a_colleague_is_asked_while_others_merge(case, ana, sam, erin):
    """An escalation that asks holds its case already: to wait here for whoever merges could be for ever."""
    elsewhere = Case.objects.open_for(ana, title="Something else")

    def asks():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
            return Case.objects.get(pk=case.pk).questions.ask("Which build?", by=sam, of=erin)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        hold(elsewhere)
        assert threads.submit(asks).result().asked_of == erin
