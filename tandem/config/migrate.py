"""Bring the database to this version of the code, one process at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.core.management import call_command, get_commands
from django.db import connection

LOCK = 0x74616E64656D  # “tandem”
PAUSE = 0.2  # seconds


def migrate() -> None:
    """Apply what is missing. Of several machines one does it, and the others wait for it."""
    django.setup()
    with _alone():
        call_command("migrate", interactive=False, verbosity=0)


def tell_the_story() -> None:
    if "story_tell" in get_commands():
        call_command("story_tell")


@contextmanager
def _alone() -> Iterator[None]:
    """On a connection of its own: the one of the migrations commits when it pleases.

    Asked for again and again, not waited for: an index that is built while others work waits for every statement that
    began before, and one that waits here would be such a statement, for ever.
    """
    guard = connection.copy()
    try:
        with guard.cursor() as cursor:
            while not _got(cursor):
                time.sleep(PAUSE)
            yield
    finally:
        guard.close()


def _got(cursor: Any) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
    return cursor.fetchone()[0]
