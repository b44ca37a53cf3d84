"""A Tandem that really runs, for tests that kill it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from http.client import HTTPResponse
from pathlib import Path

import psutil
import psycopg

from tandem.kit.postgres import Cluster
from tandem.kit.waiting import comes_true

PATIENCE = 120
ROOT = Path(__file__).parents[3]


def tandem(*command: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in an environment without the settings of the tests."""
    return subprocess.run(
        [sys.executable, "-m", "tandem.config.cli", *command],
        capture_output=True,
        text=True,
        env=environment(**settings),
        cwd=ROOT,
        timeout=PATIENCE,
        check=False,
    )


def environment(**settings: object) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("TANDEM_", "DJANGO_"))}
    return ours | {name: str(value) for name, value in settings.items()}


def free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


class Running:
    """`tandem serve` in a directory of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.output = data.parent / "output"
        self.settings = {
            "TANDEM_DATA": data,
            "TANDEM_PORT": free_port(),
            "TANDEM_MAIL_PORT": free_port(),
            "TANDEM_WEB_PROCESSES": 1,
        }

    def start(self) -> None:
        with self.output.open("w") as output:
            self.supervisor = subprocess.Popen(
                [sys.executable, "-m", "tandem.config.cli", "serve"],
                stdout=output,
                stderr=output,
                env=environment(**self.settings),
                cwd=ROOT,
            )
        assert comes_true(self.is_complete, PATIENCE), self.output.read_text()

    def is_complete(self) -> bool:
        assert self.supervisor.poll() is None, self.output.read_text()
        return self.answers() and all(
            self.processes(role) for role in ("web", "worker", "mail-in", "mail-read", "postgres")
        )

    def answers(self) -> bool:
        try:
            with self.open("/readyz") as page:
                return page.status == 200
        except OSError:
            return False

    def open(self, address: str) -> HTTPResponse:
        return urllib.request.urlopen(f"http://127.0.0.1:{self.settings['TANDEM_PORT']}{address}", timeout=30)

    def processes(self, role: str = "") -> set[int]:
        """The numbers of the living processes of one role, or of all of them."""
        everyone = psutil.Process(self.supervisor.pid).children(recursive=True)
        return {process.pid for process in everyone if role in _words(process)}

    def kill(self, role: str) -> set[int]:
        """End all processes of a role as the kernel does when memory is short."""
        killed = self.processes(role)
        for number in killed:
            with contextlib.suppress(ProcessLookupError):  # it went with the one before
                os.kill(number, signal.SIGKILL)
        return killed

    def remember(self, word: str) -> None:
        with psycopg.connect(Cluster(self.data / "postgres").url) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS remembered (word text)")
            connection.execute("INSERT INTO remembered VALUES (%s)", [word])

    def remembers(self) -> list[str]:
        with psycopg.connect(Cluster(self.data / "postgres").url) as connection:
            return [word for (word,) in connection.execute("SELECT word FROM remembered ORDER BY word")]

    def remove(self) -> None:
        if self.supervisor.poll() is None:
            self.supervisor.terminate()
            self.supervisor.wait(PATIENCE)
        Cluster(self.data / "postgres").remove()


def _words(process: psutil.Process) -> list[str]:
    try:
        return ["", process.name(), *process.cmdline()]
    except psutil.Error:
        return []


def nobody_of(numbers: set[int]) -> bool:
    """Whether all of them are gone."""
    return not any(psutil.pid_exists(number) for number in numbers)
