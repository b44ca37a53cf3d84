"""The process that reads the mail we took in. A row that waits is all the queue there is: what is accepted cannot be forgotten.

Any number of these processes may run: each mail is taken by one of them.
"""

import logging
import signal
import threading

import psycopg
from django.db import Error, close_old_connections, connection, connections

from tandem.submit import arrival
from tandem.submit.models.submission import CALL

log = logging.getLogger(__name__)

READERS = 2  # while one waits for its child or the database, the other works
MOST_AT_ONCE = 8
LOOK = 5.0  # seconds after which we look even if nobody called
PAUSE = 1.0


def main() -> None:
    """Read until asked to stop."""
    office = Office()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: office.close())
    office.run()


class Office:
    def __init__(self) -> None:
        self.is_closing = threading.Event()
        self.called = threading.Event()

    def run(self) -> None:
        readers = [threading.Thread(target=self._read, name=f"reader-{n}") for n in range(READERS)]
        for reader in readers:
            reader.start()
        self._listen()
        for reader in readers:
            reader.join()

    def close(self) -> None:
        self.is_closing.set()
        self.called.set()

    def _read(self) -> None:
        while not self.is_closing.is_set():
            try:
                close_old_connections()
                read = arrival.read_next(MOST_AT_ONCE, keep_on=True)
            except Error as error:
                log.warning("The database does not answer, or not as it should: %s", error)
                connections.close_all()
                self.is_closing.wait(PAUSE)
                continue
            if not read:
                self.called.wait(LOOK)
                self.called.clear()  # before we look again: a call after this is for the next wait
        connections.close_all()

    def _listen(self) -> None:
        while not self.is_closing.is_set():
            try:
                self._hear()
            except psycopg.Error as error:
                log.warning("The database cannot call us: %s", error)
                self.is_closing.wait(PAUSE)

    def _hear(self) -> None:
        told = {**connection.get_connection_params(), "autocommit": True, "cursor_factory": psycopg.Cursor}
        with psycopg.connect(**told) as line:
            line.execute(f"LISTEN {CALL}")
            self.called.set()  # for what came while nobody listened
            while not self.is_closing.is_set():
                for _word in line.notifies(timeout=PAUSE, stop_after=1):
                    self.called.set()
