from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from tandem.kit.jobs import forget_done, retry_stalled

BEGUN = "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id) VALUES ('default', 'x', '{}', 'doing', %s)"


@pytest.fixture
def queue(transactional_db):
    with connection.cursor() as cursor:
        yield cursor
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def _statuses(queue) -> list[str]:
    async_to_sync(retry_stalled.func)(SimpleNamespace(app=app), timestamp=0)
    queue.execute("SELECT status FROM procrastinate_jobs ORDER BY id")
    return [status for (status,) in queue.fetchall()]


def test_what_a_dead_worker_had_begun_is_done_again(queue):
    queue.execute(BEGUN, [None])

    assert _statuses(queue) == ["todo"]


def test_what_a_living_worker_does_is_left_to_it(queue):
    queue.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
    queue.execute(BEGUN, [queue.fetchone()[0]])

    assert _statuses(queue) == ["doing"]


def test_what_was_done_long_ago_is_let_go_and_what_failed_stays(queue):
    for status in ("succeeded", "failed"):
        queue.execute(BEGUN, [None])
        queue.execute("UPDATE procrastinate_jobs SET status = %s WHERE status = 'doing'", [status])
    queue.execute("UPDATE procrastinate_events SET at = now() - interval '4 days'")

    async_to_sync(forget_done.func)(SimpleNamespace(app=app), timestamp=0)

    queue.execute("SELECT status FROM procrastinate_jobs")
    assert queue.fetchall() == [("failed",)]
