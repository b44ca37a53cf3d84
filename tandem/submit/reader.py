"""The process that reads the mail we took in. A row that waits is all the queue there is: what is accepted cannot be forgotten.

Any number of these processes may run: each mail is taken by one of them. Each reads one mail at a time: of several threads
all but one would wait for Python.
"""

import logging
import signal
import threading
from typing import Any

from django.db import Error, close_old_connections, connections
from django.db.backends.signals import connection_created

from tandem.submit import arrival

log = logging.getLogger(__name__)

# Seconds. They look, nobody calls them: PostgreSQL lets only one transaction that notifies commit at a time, and whoever
# takes in mail waits for the disk with each.
LOOK = 0.5
PAUSE = 1.0


def main() -> None:
    """Read until asked to stop."""
    connection_created.connect(_do_not_wait_for_the_disk)
    is_closing = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: is_closing.set())
    read(is_closing)


def read(is_closing: threading.Event) -> None:
    """Until it closes."""
    while not is_closing.is_set():
        try:
            close_old_connections()
            if not arrival.read_next(keep_on=True):
                is_closing.wait(LOOK)
        except Error as error:
            log.warning("The database does not answer, or not as it should: %s", error)
            connections.close_all()
            is_closing.wait(PAUSE)
    connections.close_all()


def _do_not_wait_for_the_disk(connection: Any, **_told: Any) -> None:
    """A landing that a power cut takes back leaves the mail as it was accepted, to be read again.

    Nothing of it can have left meanwhile: what leaves is first noted by a worker, who waits, and whose line in
    PostgreSQL's log comes after this one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
