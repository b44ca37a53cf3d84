"""A whole Tandem of its own, as `tandem serve` runs it: database, web, worker, mail-in, mail-read; and a real SMTP sink for what it sends."""

import email
import email.message
import email.policy
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from aiosmtpd.controller import Controller

from tests import migrated

TANDEM = str(Path(sys.executable).parent / "tandem")
PATIENCE = 90


def eventually(question: Callable[[], Any], *, within: float = PATIENCE, every: float = 0.1) -> Any:
    """The first answer that is true. Fails with what was asked when it never is."""
    until = time.monotonic() + within
    while not (answer := question()):
        if time.monotonic() > until:
            raise AssertionError(
                f"It did not come true within {within:.0f} s: {getattr(question, '__doc__', None) or question}"
            )
        time.sleep(every)
    return answer


class Sink:
    """A mail server that takes everything and shows it."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self.controller.start()
        self.port = self.controller.port

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, aiosmtpd calls it so
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 taken"

    def mail_to(self, address: str, *, saying: str = "") -> email.message.EmailMessage | None:
        """The newest mail to this address whose text has these words."""
        for mail in reversed(self.mails):
            if address in str(mail["To"]) and saying in text_of(mail):
                return mail
        return None

    def stop(self) -> None:
        self.controller.stop()


def text_of(mail: email.message.EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return part.get_content() if part else ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    """`with Installation() as tandem:` starts everything on a throw-away data directory and free ports.

    Its database is up to date from the start; `tandem.config.tests.running` starts from nothing.
    """

    def __init__(self, **settings: str) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="tandem-running-", ignore_cleanup_errors=True)
        self.data = Path(self.folder.name) / "data"
        self.port, self.mail_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.sink = Sink()
        told = {name: value for name, value in os.environ.items() if not name.startswith(("TANDEM_", "DJANGO_"))}
        self.environment = told | {
            "TANDEM_DATA": str(self.data),
            "TANDEM_PORT": str(self.port),
            "TANDEM_MAIL_PORT": str(self.mail_port),
            "TANDEM_BASE_URL": self.url,
            "TANDEM_SMTP_URL": f"smtp://127.0.0.1:{self.sink.port}",
            "TANDEM_REPLY_DOMAIN": "reply.tandem.example",
            "TANDEM_WEB_PROCESSES": "1",
            "TANDEM_DEMO": "1",
            "TANDEM_UNDO_SECONDS": "0",
            **settings,
        }
        migrated.copy_to(self.data / "postgres")
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Installation":
        self.start()
        return self

    def __exit__(self, *told: object) -> None:
        self.stop()
        self.sink.stop()
        self.folder.cleanup()

    def start(self) -> None:
        self.log = open(Path(self.folder.name) / "log", "ab")  # noqa: SIM115, the process writes while we run
        self.process = subprocess.Popen([TANDEM, "serve"], env=self.environment, stdout=self.log, stderr=self.log)
        eventually(self.is_ready)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)

    def is_ready(self) -> bool:
        """Web answers ready and mail-in listens."""
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(self.said())
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                web = answer.status == 200
        except OSError:
            return False
        with socket.socket() as probe:
            return web and probe.connect_ex(("127.0.0.1", self.mail_port)) == 0

    def said(self) -> str:
        return (Path(self.folder.name) / "log").read_text(errors="replace")[-4000:]

    def command(self, *words: str, told: bytes = b"") -> subprocess.CompletedProcess:
        """`tandem …` beside the running one, on the same data."""
        return subprocess.run([TANDEM, *words], env=self.environment, input=told, capture_output=True, check=False)

    def django(self, *words: str) -> str:
        """A command of Django's on the same data; raises with what it said when it fails."""
        from tandem.kit.postgres import Cluster

        environment = self.environment | {
            "DJANGO_SETTINGS_MODULE": "tandem.config.settings",
            "TANDEM_DATABASE_URL": Cluster(self.data / "postgres").url,
        }
        done = subprocess.run(
            [sys.executable, "manage.py", *words], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def processes(self, role: str) -> list[psutil.Process]:
        """Our children that play this role: web, worker, mail-in, mail-read, or postgres (its postmaster)."""
        assert self.process is not None
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if _plays(child, role)]


def _plays(process: psutil.Process, role: str) -> bool:
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    if role == "postgres":
        return bool(words) and words[0].endswith("postgres")
    return role in words and any("tandem" in word for word in words)
