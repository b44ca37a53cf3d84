"""Kill -9 of any part at random under load of mail and API: everything acknowledged exists exactly once.

TANDEM_KILL_SECONDS makes the storm longer (60 for a release); TANDEM_KILL_SEED repeats one.
"""

import json
import os
import random
import smtplib
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from tests.running import Installation, eventually

SECONDS = float(os.environ.get("TANDEM_KILL_SECONDS", "15"))
SEED = int(os.environ.get("TANDEM_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
PACE = 0.1  # seconds between the things one sender sends, so that the storm can be counted soon after
ROLES = ["web", "worker", "mail-in", "mail-read", "postgres"]


@pytest.fixture
def tandem() -> Iterator[Installation]:
    with Installation() as running:
        running.django("story_set_the_stage")
        yield running


def test_everything_acknowledged_exists_exactly_once(tandem):
    dice = random.Random(SEED)  # noqa: S311
    print(f"The seed of this storm is {SEED}.")
    token = tandem.command("token", "create", "--user", "ana@northwind.example").stdout.decode().strip()
    storm = Storm([Mails(tandem, n) for n in range(3)] + [Creates(tandem, n, token) for n in range(2)])

    kills = storm.rage(SECONDS, lambda: kill_one(tandem, dice))

    eventually(tandem.is_ready)
    eventually(lambda: not waiting(tandem), every=1)
    found = counted(tandem)
    acknowledged = storm.acknowledged()
    assert kills >= SECONDS / 5
    assert len(acknowledged) > SECONDS
    assert {key for key in acknowledged if found.get(key) != 1} == set()
    assert {key: n for key, n in found.items() if n > 1} == {}


def kill_one(tandem: Installation, dice: random.Random) -> bool:
    victims = tandem.processes(dice.choice(ROLES))
    if not victims:
        return False
    dice.choice(victims).kill()
    return True


def waiting(tandem: Installation) -> int:
    """Mails taken in and not yet landed."""
    return int(ask(tandem, "SELECT count(*) FROM submit_submission WHERE state = 'waiting'")[0][0])


def counted(tandem: Installation) -> dict[str, int]:
    """How often each key we sent is found as a case."""
    return {
        title: int(n)
        for title, n in ask(tandem, "SELECT title, count(*) FROM cases_case WHERE title LIKE 'key-%' GROUP BY title")
    }


def ask(tandem: Installation, sql: str) -> list[tuple]:
    import psycopg

    from tandem.kit.postgres import Cluster

    with psycopg.connect(Cluster(tandem.data / "postgres").url) as connection:
        return connection.execute(sql).fetchall()


class Sender(threading.Thread):
    """Sends one keyed thing after the other; one not acknowledged is sent again with the same key, as a client would."""

    def __init__(self, tandem: Installation, nth: int) -> None:
        super().__init__(daemon=True)
        self.tandem, self.nth = tandem, nth
        self.acked: list[str] = []
        self.ends = threading.Event()

    def run(self) -> None:
        count = 0
        while not self.ends.is_set():
            key = f"key-{type(self).__name__.lower()}-{self.nth}-{count}"
            if self.send_until_acknowledged(key):
                self.acked.append(key)
            count += 1
            self.ends.wait(PACE)

    def send_until_acknowledged(self, key: str) -> bool:
        while True:
            try:
                self.send(key)
            except (OSError, smtplib.SMTPException):
                if self.ends.is_set():
                    return False
                time.sleep(0.1)
            else:
                return True

    def send(self, key: str) -> None:
        raise NotImplementedError


class Mails(Sender):
    def send(self, key: str) -> None:
        # Each from another address: many from one within an hour are set aside for a person to look at.
        sender = f"{key}@customers.example"
        text = f"From: {sender}\r\nTo: support@tandem.example\r\nSubject: {key}\r\nMessage-ID: <{key}@northwind.example>\r\n\r\nIt stopped.\r\n"
        with smtplib.SMTP("127.0.0.1", self.tandem.mail_port, timeout=20) as smtp:
            smtp.sendmail(sender, ["support@tandem.example"], text)


class Creates(Sender):
    def __init__(self, tandem: Installation, nth: int, token: str) -> None:
        super().__init__(tandem, nth)
        self.token = token

    def send(self, key: str) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": key}
        body = json.dumps({"title": key, "body": "It stopped."}).encode()
        request = urllib.request.Request(f"{self.tandem.url}/api/v1/cases", body, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status in (200, 201)


class Storm:
    def __init__(self, senders: list[Sender]) -> None:
        self.senders = senders

    def rage(self, seconds: float, kill: Callable[[], bool]) -> int:
        """Send and kill for so long; returns how many were killed."""
        for sender in self.senders:
            sender.start()
        kills, until = 0, time.monotonic() + seconds
        while time.monotonic() < until:
            kills += kill()
            time.sleep(random.uniform(0.5, 2.0))  # noqa: S311
        for sender in self.senders:
            sender.ends.set()
        for sender in self.senders:
            sender.join(60)
        return kills

    def acknowledged(self) -> set[str]:
        return {key for sender in self.senders for key in sender.acked}
