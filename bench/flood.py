"""Mails at a steady pace into a whole Tandem, parts of it killed meanwhile: is each there once, and how soon is it seen?

A third of them open a case, the others answer in one. A mail is seen when its message is written: the reading process
commits it some milliseconds later. A sender whose mail was not acknowledged sends it again, as mail servers do.

python -m bench.flood                          100 a second for 60 s, one part killed every 10 s
python -m bench.flood --rate 20 --seconds 30 --no-kills
"""

import argparse
import itertools
import os
import random
import smtplib
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import psutil

from tests.running import Installation, eventually

SENDERS = 4
CUSTOMERS = 300
KILLED = ["mail-read", "mail-in", "worker", "web", "postgres"]
KILL_EVERY = 10.0  # seconds
NEW = 3  # one of so many opens a case
SUPPORT = "support@tandem.example"
BUSY = "SELECT FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now() LIMIT 1"
BODY = "The nightly export stops at row 10,000.\r\n" * 20
ANSWER = BODY + "\r\nOn Monday, Sam Okafor wrote:\r\n> Which version do you run?\r\n"


class Customer(NamedTuple):
    email: str
    address: str
    """Where their answers go: to their case, as theirs."""


class Outcome(NamedTuple):
    acknowledged: int
    per_second: float
    seconds: list[float]
    """From taken in to written, ascending."""
    lost: int
    doubled: int
    kills: int
    work: dict[str, float]
    """Seconds of a processor by who had them. Of what was killed, only what came since."""
    by_second: dict[int, list[float]]
    """The same by the second they were taken in, counted from the first."""

    @property
    def p95(self) -> float:
        return self.seconds[int(len(self.seconds) * 0.95)]


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--rate", type=float, default=100)
    told.add_argument("--seconds", type=float, default=60)
    told.add_argument("--timeline", action="store_true", help="tell each second, too")
    told.add_argument("--no-kills", dest="kills", action="store_false")
    asked = told.parse_args()
    outcome = flood(asked.rate, asked.seconds, kills=asked.kills)
    tell(outcome)
    if not asked.kills:
        of_each = (f"{role} {seconds / outcome.acknowledged * 1000:.1f}" for role, seconds in outcome.work.items())
        print("milliseconds of a processor for each mail:", ", ".join(of_each))
    if asked.timeline:
        for second, seconds in sorted(outcome.by_second.items()):
            print(
                f"{second:4} s: {len(seconds):4} taken in, {sorted(seconds)[len(seconds) // 2]:6.2f} s median, {max(seconds):6.2f} s last"
            )


def tell(outcome: Outcome) -> None:
    print(
        f"{outcome.acknowledged:,} mails taken in, {outcome.per_second:.1f} a second; {outcome.kills} parts killed;"
        f" {outcome.lost} lost, {outcome.doubled} doubled; seen after {outcome.seconds[len(outcome.seconds) // 2]:.1f} s"
        f" (median), {outcome.p95:.1f} s (p95), {outcome.seconds[-1]:.1f} s (last)",
        flush=True,
    )


def flood(rate: float, seconds: float, *, kills: bool) -> Outcome:
    with Installation() as tandem:
        tandem.django("story_set_the_stage")
        customers = list(prepared(tandem))
        numbers = itertools.count()
        senders = [Sender(tandem, nth, customers, rate / SENDERS, numbers) for nth in range(SENDERS)]
        begun, worked = time.monotonic(), work_of(tandem)
        for sender in senders:
            sender.start()
        killed = rage(tandem, begun + seconds) if kills else wait(begun + seconds)
        for sender in senders:
            sender.is_over.set()
        for sender in senders:
            sender.join()
        acknowledged = [key for sender in senders for key in sender.acknowledged]
        pace = len(acknowledged) / (time.monotonic() - begun)
        eventually(tandem.is_ready)
        eventually(lambda: not ask(tandem, "SELECT FROM submit_submission WHERE state = 'waiting' LIMIT 1"), within=600)
        done = {role: seconds - worked[role] for role, seconds in work_of(tandem).items()}
        return counted(tandem, acknowledged, pace, killed, done)


def prepared(tandem: Installation) -> Iterator[Customer]:
    """Customers with a case each."""
    with smtplib.SMTP("127.0.0.1", tandem.mail_port, timeout=60) as line:
        for nth in range(CUSTOMERS):
            line.sendmail(
                f"c{nth}@customers.example", [SUPPORT], mail(f"c{nth}@customers.example", SUPPORT, f"old-{nth}", BODY)
            )
    landed = "SELECT count(*) FROM cases_case WHERE title LIKE 'old-%'"
    eventually(lambda: ask(tandem, landed)[0][0] == CUSTOMERS, within=300)
    eventually(lambda: not ask(tandem, BUSY), within=300)
    shown = tandem.django("shell", "-c", f"from bench.flood import addresses; addresses({CUSTOMERS})")
    told = (line.split() for line in shown.splitlines() if " reply+" in line)
    return itertools.starmap(Customer, told)


def addresses(most: int) -> None:
    """Run in the installation, where the secret is."""
    from django.conf import settings

    from tandem.cases.models import Participant

    rows = Participant.objects.filter(case__title__startswith="old-").select_related("user")
    for one in rows[:most]:
        print(one.user.email, f"reply+{one.word}@{settings.REPLY_DOMAIN}")


def mail(sender: str, to: str, key: str, body: str) -> str:
    head = f"From: {sender}\r\nTo: {to}\r\nSubject: {key}\r\nMessage-ID: <{key}@customers.example>\r\n\r\n"
    return f"{head}Note {key}.\r\n{body}"


class Sender(threading.Thread):
    def __init__(
        self, tandem: Installation, nth: int, customers: list[Customer], rate: float, numbers: Iterator[int]
    ) -> None:
        super().__init__(name=f"sender-{nth}")
        self.tandem, self.nth, self.customers, self.rate, self.numbers = tandem, nth, customers, rate, numbers
        self.is_over = threading.Event()
        self.acknowledged: list[str] = []
        self.line: Line | None = None

    def run(self) -> None:
        due = time.monotonic()
        while not self.is_over.is_set():
            self.send(next(self.numbers))
            due += 1 / self.rate
            self.is_over.wait(max(0.0, due - time.monotonic()))

    def send(self, number: int) -> None:
        key = f"key-{self.nth}-{number}"
        customer = self.customers[number % len(self.customers)]
        is_new = number % NEW == 0
        sender = f"{key}@customers.example" if is_new else customer.email
        to = SUPPORT if is_new else customer.address
        self.insist(sender, to, mail(sender, to, key, BODY if is_new else ANSWER).encode())
        self.acknowledged.append(key)

    def insist(self, sender: str, to: str, words: bytes) -> None:
        while True:
            try:
                self.line = self.line or Line(self.tandem.mail_port)
                return self.line.send(sender, to, words)
            except (OSError, NotTaken):
                self.line = None
                time.sleep(0.1)


class NotTaken(Exception):
    """The answer was no, or none."""


class Line:
    """An open line to a mail server. Python's own client takes half as long to send a mail as we take to land it, and of our processors."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.answers = self.socket.makefile("rb")
        self._heard(b"220")
        self._say(b"HELO flood.example", b"250")

    def send(self, sender: str, to: str, words: bytes) -> None:
        """Raises NotTaken and OSError; a line that raised is of no more use."""
        self._say(b"MAIL FROM:<%s>" % sender.encode(), b"250")
        self._say(b"RCPT TO:<%s>" % to.encode(), b"250")
        self._say(b"DATA", b"354")
        self._say(words + b"\r\n.", b"250")

    def _say(self, words: bytes, wanted: bytes) -> None:
        self.socket.sendall(words + b"\r\n")
        self._heard(wanted)

    def _heard(self, wanted: bytes) -> None:
        if not (answer := self.answers.readline()).startswith(wanted):
            raise NotTaken(answer)


def rage(tandem: Installation, until: float) -> int:
    dice, kills = random.Random(7), 0  # noqa: S311
    while (left := until - time.monotonic()) > KILL_EVERY:
        time.sleep(KILL_EVERY)
        victims = tandem.processes(KILLED[kills % len(KILLED)])
        if victims:
            dice.choice(victims).kill()
            kills += 1
    time.sleep(max(0.0, left))
    return kills


def wait(until: float) -> int:
    time.sleep(max(0.0, until - time.monotonic()))
    return 0


def work_of(tandem: Installation) -> dict[str, float]:
    """Seconds of a processor that each role had so far; `its children` are the limited ones that read; and we, who send."""
    work = {}
    for role in KILLED:
        found = {one.pid: one for one in tandem.processes(role)}
        children = {child.pid: child for one in found.values() for child in one.children(recursive=True)}
        inside = role == "postgres"
        work[role] = sum(map(_seconds, (found | children if inside else found).values()))
        if role == "mail-read":
            work["its children"] = sum(map(_seconds, children.values()))
    return work | {"senders": _seconds(psutil.Process())}


def _seconds(process: psutil.Process) -> float:
    try:
        told = process.cpu_times()
    except psutil.Error:
        return 0.0
    return told.user + told.system + told.children_user + told.children_system


def counted(tandem: Installation, acknowledged: list[str], pace: float, kills: int, work: dict[str, float]) -> Outcome:
    rows = ask(
        tandem,
        "SELECT substring(said.body FROM 'Note (key-[0-9-]+)'), extract(epoch FROM said.created_at - came.received_at),"
        " floor(extract(epoch FROM came.received_at - min(came.received_at) OVER ()))"
        " FROM cases_message AS said JOIN submit_submission AS came ON came.message_id = said.id"
        " WHERE said.body LIKE 'Note key-%'",
    )
    seen = [key for key, *_times in rows]
    by_second = defaultdict(list)
    for _key, seconds, second in rows:
        by_second[int(second)].append(float(seconds))
    return Outcome(
        acknowledged=len(acknowledged),
        per_second=pace,
        seconds=sorted(float(seconds) for _key, seconds, _second in rows),
        lost=len(set(acknowledged) - set(seen)),
        doubled=len(seen) - len(set(seen)),
        kills=kills,
        work=work,
        by_second=dict(by_second),
    )


def ask(tandem: Installation, sql: str) -> list[tuple]:
    import psycopg

    from tandem.kit.postgres import Cluster

    def answer() -> list[tuple] | None:
        try:
            with psycopg.connect(Cluster(tandem.data / "postgres").url) as connection:
                return connection.execute(sql).fetchall()
        except psycopg.Error:  # just killed
            return None

    until = time.monotonic() + 60
    while (rows := answer()) is None and time.monotonic() < until:
        time.sleep(0.2)
    assert rows is not None
    return rows


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tandem.config.settings")
    main()
