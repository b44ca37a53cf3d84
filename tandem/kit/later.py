"""Work for later, kept in the same PostgreSQL: it exists if, and only if, this transaction commits."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from tandem.kit import clock
from tandem.kit.together import pass_on

# Inside a worker, Procrastinate writes through a pool of its own, so a job it defers
# would outlive a rollback and might start too soon. Always write through Django's.
THROUGH_DJANGO = JobManager(DjangoConnector())


def later(job: str, /, *, lock: str | None = None, at: datetime | None = None, **arguments: object) -> None:
    """Ask a worker to do it, not before `at`. `lock` keeps jobs of one name for the same thing one after another."""
    asked = app.configure_task(job, lock=lock, schedule_at=at).make_new_job(**arguments)  # type: ignore[arg-type]
    pass_on(THROUGH_DJANGO.batch_defer_jobs, asked)


# What else waits to be done, and not as a job: each does some of it, and returns how much that was.
ALSO: list[Callable[[], int]] = []


def asked_for(locks: Iterable[str]) -> set[str]:
    """Of these locks those with a job that waits, or that a worker is at."""
    return _locks_of(locks, "todo", "doing")


def still_to_come(locks: Iterable[str]) -> set[str]:
    """Of these locks those with a job that waits: what a worker is at may have looked already at what it should see."""
    return _locks_of(locks, "todo")


def jobs_of(name: str) -> list[dict[str, Any]]:
    """With what each job of this name was asked for that waits, or that a worker is at."""
    rows = apps.get_model("procrastinate.ProcrastinateJob").objects.filter(status__in=["todo", "doing"])
    return list(rows.filter(task_name=name).order_by("pk").values_list("args", flat=True))


def _locks_of(locks: Iterable[str], *states: str) -> set[str]:
    rows = apps.get_model("procrastinate.ProcrastinateJob").objects.filter(lock__in=list(locks), status__in=states)
    return {lock for lock in rows.values_list("lock", flat=True) if lock}


def drain(limit: int = 10_000) -> int:
    """Do all that waits here and now, jobs in order; for the story and the tests, which move the clock.

    Returns how much was done. What raises is an error of the caller.
    """
    done = 0
    while more := sum(also() for also in ALSO) + _drain_jobs(limit):
        done += more
    return done


def _drain_jobs(limit: int) -> int:
    for done in range(limit):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id = (SELECT id FROM procrastinate_jobs"
                " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %s)"
                " ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING task_name, args",
                [clock.now()],
            )
            if (row := cursor.fetchone()) is None:
                return done
            name, arguments = row
            app.tasks[name](**_loaded(arguments))
    raise RuntimeError(f"{limit} jobs were done and there are still more: they ask for each other.")


def _loaded(arguments: str | dict) -> dict:
    return json.loads(arguments) if isinstance(arguments, str) else arguments
