"""The process that attends to all mailboxes: a thread for each, which waits for the server's word or asks every half minute.

Any number of these processes may run: whoever holds the lock of a mailbox fetches it.
"""

import logging
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import Error, connection, connections
from imapclient import IMAPClient

from tandem.submit.mailboxes import fetching, imap
from tandem.submit.models import Mailbox

log = logging.getLogger(__name__)

LOOK = 5.0  # seconds between looks at which mailboxes there are
ROUND = 50.0  # seconds after which we ask, even if the server said nothing
POLL = 30.0  # where the server cannot tell us
LONGEST_PAUSE = 300.0
PATIENCE = 20.0  # for what is under way when we are asked to stop
LOCKS = 0x6D61696C  # “mail”


def main() -> None:
    """Attend to all mailboxes until asked to stop."""
    asked_to_stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: asked_to_stop.set())
    attend_to_all(asked_to_stop)


def attend_to_all(asked_to_stop: threading.Event) -> None:
    attendants: dict[int, Attendant] = {}
    while not asked_to_stop.is_set():
        _tend(attendants)
        asked_to_stop.wait(LOOK)
    for attendant in attendants.values():
        attendant.is_over.set()
    until = time.monotonic() + PATIENCE
    for attendant in attendants.values():
        attendant.join(max(0.0, until - time.monotonic()))


def _tend(attendants: dict[int, "Attendant"]) -> None:
    try:
        wanted = dict(Mailbox.objects.active().order_by().values_list("pk", "changed_at"))
    except Error as error:
        log.warning("The database does not answer: %s", error)
        return connections.close_all()
    for pk, attendant in list(attendants.items()):
        if wanted.get(pk) != attendant.as_of:
            attendant.is_over.set()
        if not attendant.is_alive():
            del attendants[pk]
    for pk in wanted.keys() - attendants.keys():
        attendants[pk] = Attendant(pk, wanted[pk])
        attendants[pk].start()
    return None


class Attendant(threading.Thread):
    """One mailbox, as it was decided at one time, until that changes."""

    def __init__(self, pk: int, as_of: datetime) -> None:
        super().__init__(name=f"mailbox-{pk}", daemon=True)
        self.pk, self.as_of = pk, as_of
        self.is_over = threading.Event()
        self.troubles = 0

    def run(self) -> None:
        try:
            while not self.is_over.is_set():
                self._try()
                self.is_over.wait(self._pause())
        finally:
            connections.close_all()

    def _try(self) -> None:
        try:
            with _alone_with(self.pk) as is_mine:
                if is_mine:
                    return self._attend()
            self.is_over.wait(POLL)
        except Error:
            log.warning("The database does not answer", exc_info=True)
            self.troubles += 1
            connections.close_all()
        except Exception:
            log.exception("The mailbox %s cannot be fetched", self.pk)
            self.troubles += 1
        return None

    def _attend(self) -> None:
        mailbox = Mailbox.objects.active().filter(pk=self.pk).first()
        if mailbox is None:
            return
        try:
            with imap.connected(mailbox) as server:
                while not self.is_over.is_set():
                    fetching.fetch(mailbox, server, is_over=self.is_over.is_set)
                    mailbox.works()
                    self.troubles = 0
                    self._wait(server)
        except imap.Trouble as trouble:
            self.troubles += 1
            log.warning("%s: %s", mailbox, trouble.sentence)
            mailbox.fails(trouble.sentence)

    def _wait(self, server: IMAPClient) -> None:
        """Until the server says that something is new; it is asked every minute all the same, for lines die in silence."""
        if not server.has_capability("IDLE"):
            self.is_over.wait(POLL)
            return
        server.idle()
        until = time.monotonic() + ROUND
        while time.monotonic() < until and not self.is_over.is_set():
            asked = time.monotonic()
            # A line that broke answers at once, with nothing.
            if server.idle_check(timeout=1) or time.monotonic() - asked < 0.5:
                break
        server.idle_done()

    def _pause(self) -> float:
        """At once after a line that had worked, then longer and longer; not all at the same time."""
        longest = min(LONGEST_PAUSE, 2.0**self.troubles)
        return random.uniform(longest / 2, longest)  # noqa: S311


@contextmanager
def _alone_with(pk: int) -> Iterator[bool]:
    """Whether this mailbox is ours to fetch; the lock ends with our connection, so nobody has to clear up after us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, pk])
        is_mine = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, pk])
