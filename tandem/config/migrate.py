"""Bring the database to this version of the code, one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.management import call_command, get_commands
from django.db import connection

LOCK = 0x74616E64656D  # “tandem”


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
    """On a connection of its own: the one of the migrations commits when it pleases."""
    guard = connection.copy()
    try:
        guard.set_autocommit(False)
        with guard.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            yield
    finally:
        guard.close()
