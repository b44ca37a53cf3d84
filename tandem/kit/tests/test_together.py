import pytest
from django.db import connection, transaction

from tandem.kit import live
from tandem.kit.later import later
from tandem.kit.together import together


def waiting() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def test_what_is_said_together_costs_one_question_of_each_kind(db, django_assert_num_queries):
    with django_assert_num_queries(2), together():
        for number in range(5):
            later("cases.render", message_id=number)
            live.announce(f"case:{number}", "message")

    assert waiting() == ["cases.render"] * 5


def test_what_failed_says_nothing(db):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), together():
        later("kit.sweep_files", timestamp=1)
        print(1 / 0)

    assert waiting() == []


def test_one_act_within_another_says_its_own_first(db):
    with together():
        later("kit.sweep_files", timestamp=1)
        with together():
            later("kit.forget_done", timestamp=1)

    assert waiting() == ["kit.forget_done", "kit.sweep_files"]
