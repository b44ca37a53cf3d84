"""What each process does. One role each, for more than one machine; `tandem serve` starts them all on one."""

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module

from tandem.config import settings

# Nobody waits before a screen for a job: pages, and reading mail, go first where the processors are few.
BEHIND = 19
# What a worker notes of its jobs (begun, done) need not be on the disk before it goes on: every job is safe to run twice.
# What the jobs do waits for the disk as ever.
UNHURRIED = "-c synchronous_commit=off"


def web(*, live: bool, migrate: bool) -> None:
    """Answer web requests; with `live` also the streams, which costs pure requests a third of their speed.

    With `migrate` it first brings the database to this version: one process less to wait for.
    """
    from tandem.config.listening import listen_for_pages, listen_for_streams

    if migrate:
        _migrate()
    if live:
        listen_for_streams("tandem.config.asgi:application")
    else:
        listen_for_pages("tandem.config.wsgi:application")


def _migrate() -> None:
    from django.db import connections

    from tandem.config.migrate import migrate

    migrate()
    connections.close_all()  # the processes to come must not share them


def live() -> None:
    """Only the streams."""
    from tandem.config.listening import listen_for_streams

    listen_for_streams("tandem.config.asgi:live")


def worker() -> None:
    """Do the jobs of all queues."""
    _wake_up()
    _stand_behind()
    from django.db import OperationalError
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params
    from procrastinate.exceptions import ConnectorException
    from procrastinate.psycopg_connector import PsycopgConnector

    told = connector_params()
    connector = PsycopgConnector(kwargs=told | {"options": f"{told.get('options', '')} {UNHURRIED}".strip()})
    try:
        with app.replace_connector(connector) as working:
            working.run_worker(concurrency=settings.WORKER_JOBS, shutdown_graceful_timeout=25)
    except ConnectorException as error:
        raise OperationalError(str(error.__cause__ or error)) from error


def mail_in() -> None:
    """Take in mail by SMTP."""
    _wake_up()
    import_module("tandem.submit.smtp").main()


def mail_read() -> None:
    """Read the mail that was taken in."""
    _wake_up()
    import_module("tandem.submit.reader").main()


def mail_fetch() -> None:
    """Fetch mail from mailboxes elsewhere by IMAP."""
    _wake_up()
    import_module("tandem.submit.mailboxes.attending").main()


def _stand_behind() -> None:
    """Take what the others leave. Merely nice, Linux lets a job run on for milliseconds while a mail or a page waits."""
    os.nice(BEHIND)
    if sys.platform == "linux":
        with suppress(OSError):  # a container may forbid it
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _wake_up() -> None:
    import django

    from tandem.config.listening import RARELY

    django.setup()
    gc.freeze()
    gc.set_threshold(*RARELY)
