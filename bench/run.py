"""Every figure beside a bare baseline measured in the same run. Prints a table and writes var/bench.json.

Both servers stand at once (two processes of four threads each) and are asked turn by turn, three rounds of two seconds after
one of warming; the figure is the median of the rounds, for p95 too. One agent asks for one page again and again, so what is
kept between requests is warm. The baseline (`bench.bare`) shows the same facts on the queue; on the case page only the
conversation and the ledger, none of the panels; it knows no permission beyond the session, no language and no theme.

make bench                  10,000 and 100,000 cases
make bench CASES=10000      only that many
python -m bench.run --cases 1000000 --on var/million      in a data directory that stays, filled only the first time

At last come the hostile mails of our tests, and what the worst of them cost (`bench.hostile`).
"""

import argparse
import asyncio
import json
import os
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.load import Measured

SECONDS, ROUNDS = 6.0, 3
PROCESSES, THREADS = 2, 4
PYTHON = Path(sys.executable)
Measure = Callable[..., Measured]


class Row(NamedTuple):
    name: str
    cases: int
    clients: int
    ours: float
    baseline: float
    unit: str
    ratio: float


KEPT = Path("var/bench.json")


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--cases", type=int, nargs="*", default=[10_000, 100_000])
    told.add_argument("--on", type=Path, help="a data directory to keep, for one number of cases")
    told.add_argument("--headless", action="store_true", help="without the head of the table")
    told.add_argument("--only-hostile", action="store_true", help="nothing but what hostile mails cost")
    asked = told.parse_args()
    if asked.only_hostile:
        return hostile_mails()
    if not asked.headless:
        print(f"{'':28}{'cases':>9}{'clients':>9}{'ours':>10}{'baseline':>10}  {'':8}{'ratio':>7}", flush=True)
    rows = alone(asked.cases[0], asked.on) if asked.headless or asked.on else one_by_one(sorted(asked.cases))
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(rows, indent=1) + "\n")
    if not asked.headless and not asked.on:
        hostile_mails()
    return None


def one_by_one(sizes: list[int]) -> list[dict]:
    """A database of its own for each: what one of them wrote must not stand in the other's lists."""
    rows: list[dict] = []
    for size in sizes:
        subprocess.run([str(PYTHON), "-m", "bench.run", "--headless", "--cases", str(size)], check=True)  # noqa: S603
        rows += json.loads(KEPT.read_text())
    return rows


def alone(size: int, on: Path | None = None) -> list[dict]:
    with database(on):
        return [tell(row)._asdict() for row in measured(size)]


def hostile_mails() -> None:
    from bench import hostile

    with database():
        prepare()
        hostile.tell(hostile.costs())


@contextmanager
def database(on: Path | None = None) -> Iterator[None]:
    """One of our own, in a directory that stays or is thrown away afterwards."""
    from tandem.kit.postgres import Cluster

    with nullcontext(str(on)) if on else tempfile.TemporaryDirectory(prefix="tandem-bench-") as data:
        Path(data).mkdir(parents=True, exist_ok=True)
        Path(data).chmod(0o755)
        cluster = Cluster(Path(data) / "postgres")
        os.environ |= {"TANDEM_DATA": data, "TANDEM_DATABASE_URL": cluster.start(), "TANDEM_SECRET_KEY": "bench"}
        os.environ |= {"DJANGO_SETTINGS_MODULE": "tandem.config.settings", "TANDEM_LOG_LEVEL": "ERROR"}
        os.environ |= {"TANDEM_WEB_PROCESSES": str(PROCESSES), "TANDEM_WEB_THREADS": str(THREADS)}
        try:
            yield
        finally:
            cluster.stop()


def measured(size: int) -> Iterator[Row]:
    stage = prepare()
    more(size)
    yield from web(stage, size)
    yield (accepted := mail(size))
    yield mail_landed(size, accepted.baseline)


def tell(row: Row) -> Row:
    print(
        f"{row.name:28}{row.cases:>9,}{row.clients:>9}{row.ours:>10,.1f}{row.baseline:>10,.1f}  {row.unit:8}{row.ratio:>7.2f}",
        flush=True,
    )
    return row


def prepare() -> dict[str, str]:
    """An agent with a session and a token; migrations done."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tandem.people.models import User

    known = User.objects.filter(email="bench@tandem.example").first()
    agent = known or User.objects.welcome("bench@tandem.example", name="Bench Agent", role="support")
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(agent.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.save()
    from tandem.customers.models import Contact

    contact = Contact.objects.meet("writer@customers.example", name="Bench Writer").user
    _row, token = contact.tokens.issue(name="bench", scopes=["read", "write"])
    return {
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={'c' * 32}",
        "bare": f"x={session.session_key}:{agent.pk}",
        "token": token,
    }


def more(cases: int) -> None:
    from tandem.cases.models import Case
    from tandem.story import seed

    if (lacking := cases - Case.objects.count()) > cases // 100:
        seed.seed(lacking)
        seed.settle()


def web(stage: dict[str, str], size: int) -> Iterator[Row]:
    from bench.load import get, measure, post
    from bench.long_case import lengthen
    from tandem.cases.models import Case

    number, long = Case.objects.order_by("-pk").values_list("number", flat=True)[min(size // 2, 5000) :][:2]
    lengthen(long)
    word = lambda n: json.dumps({"title": f"Bench case {n}", "body": "The export stops at row 10,000."}).encode()  # noqa: E731
    kinds = [
        ("queue page", get("/desk/queue/", stage["cookie"]), get("/queue", stage["bare"]), b"</html>"),
        (
            "view in words",
            get("/desk/queue/?q=is%3Aopen+owner%3Anone+promise%3A%3C2d", stage["cookie"]),
            get("/queue", stage["bare"]),
            b"</html>",
        ),
        (
            "triage, next",
            get("/desk/triage/", stage["cookie"]),
            get(f"/case/{number}", stage["bare"]),
            b"</html>",
        ),
        (
            "case page",
            get(f"/desk/cases/{number}/", stage["cookie"]),
            get(f"/case/{number}", stage["bare"]),
            b"</html>",
        ),
        (
            "case of 5,000 entries",
            get(f"/desk/cases/{long}/", stage["cookie"]),
            get(f"/case/{long}", stage["bare"]),
            b"</html>",
        ),
        (
            "search, rare words",
            get("/desk/search/?q=consumer+offset+lag", stage["cookie"]),
            get("/search?q=consumer+offset+lag", stage["bare"]),
            b"</html>",
        ),
        (
            "search, common words",
            get("/desk/search/?q=export+error", stage["cookie"]),
            get("/search?q=export+error", stage["bare"]),
            b"</html>",
        ),
        (
            "create by API",
            post("/api/v1/cases", word, stage["token"]),
            post("/api/v1/cases", word, stage["token"]),
            b"number",
        ),
    ]
    for name, ours, bare, expect in kinds:
        with (
            serving([str(PYTHON.parent / "tandem"), "web"]) as port,
            serving(granian("bench.bare:application")) as floor,
        ):
            yield from compared(
                name, size, partial(measure, port, ours, expect=expect), partial(measure, floor, bare, expect=expect)
            )


def compared(name: str, size: int, ours: Measure, bare: Measure) -> Iterator[Row]:
    """Turn by turn, so that whatever else the machine does slows both; the median of the rounds."""
    alone = [(ours(clients=1, seconds=SECONDS / 3), bare(clients=1, seconds=SECONDS / 3)) for _round in range(ROUNDS)]
    eight = [(ours(clients=8, seconds=SECONDS / 3), bare(clients=8, seconds=SECONDS / 3)) for _round in range(ROUNDS)]
    late = [median(pair[who].p95_ms for pair in alone) for who in (0, 1)]
    many = [median(pair[who].per_second for pair in eight) for who in (0, 1)]
    yield Row(f"{name}, p95", size, 1, *late, "ms", late[0] / late[1])
    yield Row(name, size, 8, *many, "per s", many[0] / many[1])


def granian(target: str) -> list[str]:
    options = [
        "--interface",
        "wsgi",
        "--workers",
        str(PROCESSES),
        "--blocking-threads",
        str(THREADS),
        "--no-ws",
        "--log-level",
        "error",
    ]
    return [str(PYTHON.parent / "granian"), *options, "--port", "PORT", target]


def mail(size: int) -> Row:
    """Messages accepted a second by eight senders: committed one by one by us, merely stored by the baseline."""
    with serving([str(PYTHON.parent / "tandem"), "mail-in"]) as port:
        ours = asyncio.run(senders(port))
    with serving([str(PYTHON), "-m", "bench.store", "PORT"]) as port:
        bare = asyncio.run(senders(port))
    return Row("mail accepted", size, 8, ours, bare, "per s", ours / bare)


def mail_landed(size: int, bare: float) -> Row:
    """Of these mails, each from somebody new, how many two readers make cases of in a second; beside merely storing them."""
    readers = [subprocess.Popen([str(PYTHON.parent / "tandem"), "mail-read"]) for _ in range(2)]  # noqa: S603
    try:
        while not (before := cases_by_mail()):
            time.sleep(0.1)
        begun = time.perf_counter()
        time.sleep(SECONDS)
        ours = (cases_by_mail() - before) / (time.perf_counter() - begun)
    finally:
        for reader in readers:
            reader.terminate()
            reader.wait()
    return Row("mail landed", size, 2, ours, bare, "per s", ours / bare)


def cases_by_mail() -> int:
    from tandem.submit.models import State, Submission

    return Submission.objects.filter(channel="mail", state=State.LANDED).count()


async def senders(port: int) -> float:
    from django.conf import settings

    sent = await asyncio.gather(*(asyncio.to_thread(send, port, settings.MAIL_FROM, who) for who in range(8)))
    return sum(sent) / SECONDS


def send(port: int, to: str, who: int) -> int:
    count, until = 0, time.perf_counter() + SECONDS
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        while time.perf_counter() < until:
            sender = f"sender{who}-{count}@customers.example"
            text = f"From: {sender}\r\nTo: {to}\r\nSubject: Export {who}-{count}\r\nMessage-ID: <{who}.{count}.{time.time_ns()}@bench>\r\n\r\n"
            smtp.sendmail(sender, [to], text + "The nightly export stops at row 10,000.\r\n" * 20)
            count += 1
    return count


@contextmanager
def serving(command: list[str]) -> Iterator[int]:
    port = free_port()
    environment = os.environ | {"TANDEM_PORT": str(port), "TANDEM_MAIL_PORT": str(port)}
    process = subprocess.Popen(  # noqa: S603
        [str(port) if word == "PORT" else word for word in command], env=environment, stdin=subprocess.PIPE
    )
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start: {process.args}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()
