"""A PostgreSQL of our own: one directory, one socket, no network, no installation.

home/               private to the owner
  data/             what PostgreSQL keeps
  run/              its socket, unless the path is too long for one
  postgres.log
  starting          locked while somebody starts it
  living            locked while any process of it lives: all of them inherit it
"""

import os
import shutil
import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

import psycopg
from psycopg.pq import PGconn, Ping

from tandem.kit.leash import end_with_parent
from tandem.kit.postgres.errors import CannotStart
from tandem.kit.postgres.leftovers import kill_processes_of, postmaster_of, says_ready
from tandem.kit.postgres.owner import as_owner, make_home, make_private
from tandem.kit.postgres.programs import programs
from tandem.kit.postgres.settings import DATABASE, SUPERUSER, for_initdb, for_server
from tandem.kit.postgres.socket import socket_address
from tandem.kit.waiting import comes_true, locked

LOG_LIMIT = 10_000_000


class Cluster:
    """The PostgreSQL below `home`. `fsync=False` trades every promise for speed: for tests only."""

    def __init__(self, home: Path, *, fsync: bool = True) -> None:
        self._home = home
        self.fsync = fsync
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        """The real one: see make_home."""
        return self._home.resolve()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def url(self) -> str:
        """Where clients find it, running or not."""
        return f"postgresql://{SUPERUSER}@/{DATABASE}?{urlencode(socket_address(self.home))}"

    @property
    def programs(self) -> Path:
        """The directory with pg_dump and the like, of the version that wrote the data."""
        version = self.data / "PG_VERSION"
        return programs(self.home, int(version.read_text()) if version.exists() else None)

    def start(self, *, patience: float = 300) -> str:
        """Start it, unless it runs already, and return its address, whatever its processes died of before.

        Waits up to `patience` seconds while it recovers what a crash left. Raises CannotStart.
        """
        self.launch()
        if not comes_true(self.is_ready, patience):
            raise CannotStart(f"PostgreSQL is still not ready after {patience:.0f} seconds; its log is {self.log}.")
        self.make_database()
        return self.url

    def launch(self) -> None:
        """Start it, unless it runs already, without waiting until it answers. Raises CannotStart.

        It ends with the thread that calls this, so call it from one that stays.
        """
        self._forget_the_dead()
        make_home(self._home)
        try:
            with locked(self.home / "starting", 60):
                if not self._is_alive():
                    self._launch_alone()
        except TimeoutError as error:
            raise CannotStart(f"{error} is held by a start that hangs, or by a server in another container.") from None

    def is_ready(self) -> bool:
        """Whether it answers now. Raises CannotStart when the server started here has ended."""
        if self.server is not None and self.server.poll() is not None:
            raise self._last_words()
        # Asking one that still recovers would only fill its log.
        return says_ready(self.data) and PGconn.ping(self._conninfo.encode()) == Ping.OK

    def make_database(self) -> None:
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if known.fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def stop(self, *, patience: float = 30) -> None:
        """End it cleanly, or after `patience` seconds anyhow: no data is lost, the next start recovers."""
        for how, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 5)):
            if postmaster := postmaster_of(self.data):
                postmaster.send_signal(how)
                comes_true(lambda: postmaster_of(self.data) is None, seconds)
        kill_processes_of(self.data)
        if self.server is not None:
            self.server.wait()
            self.server = None

    def remove(self) -> None:
        """Stop it and throw its data away."""
        self.stop()
        shutil.rmtree(self.home)
        self._home.unlink(missing_ok=True)  # a link, if it lived elsewhere

    @property
    def _conninfo(self) -> str:
        address = socket_address(self.home) | {
            "dbname": "postgres",
            "user": SUPERUSER,
            "connect_timeout": "5",
        }
        return psycopg.conninfo.make_conninfo(**address)

    def _forget_the_dead(self) -> None:
        if self.server is not None and self.server.poll() is not None:
            self.server = None

    def _is_alive(self) -> bool:
        """Whether it answers or is still recovering. One that is shutting down is waited for."""
        comes_true(lambda: postmaster_of(self.data) is None or self.is_ready(), 60)
        return postmaster_of(self.data) is not None

    def _launch_alone(self) -> None:
        kill_processes_of(self.data)
        with locked(self.home / "living", 10) as living, self._log_file() as log:
            self._initialise(living)
            # We are alone here, so the pid in it is of a dead server, or by now of another program.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            self._spawn(living, log)

    def _initialise(self, living: IO[str]) -> None:
        """Make the data directory in one step: a start cut short leaves none, not half of one."""
        if self.data.exists():
            return
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        command: list[str | Path] = [
            self.programs / "initdb",
            f"--pgdata={fresh}",
            *for_initdb(fsync=self.fsync),
        ]
        made = subprocess.run(  # noqa: S603
            command, **self._surroundings(living), capture_output=True, text=True, check=False
        )
        if made.returncode:
            raise CannotStart.because(made.stderr)
        fresh.rename(self.data)

    def _spawn(self, living: IO[str], log: IO[str]) -> None:
        sockets = Path(socket_address(self.home)["host"])
        make_private(sockets)
        self.server = subprocess.Popen(  # noqa: S603
            [self.programs / "postgres", "-D", self.data, *for_server(sockets, fsync=self.fsync)],
            **self._surroundings(living),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,
            preexec_fn=partial(end_with_parent, signal.SIGINT),
        )

    def _log_file(self) -> IO[str]:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.rename(self.log.with_suffix(".log.1"))
        log = self.log.open("a")
        self._log_before = log.tell()
        return log

    def _last_words(self) -> CannotStart:
        with self.log.open() as log:
            log.seek(self._log_before)
            return CannotStart.because(log.read(), log=str(self.log))

    def _surroundings(self, living: IO[str]) -> dict[str, Any]:
        """As whom and where its programs run. PG… variables of the operator's are meant for other servers."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        return as_owner() | {"cwd": "/", "env": environment | {"LC_ALL": "C"}, "pass_fds": [living.fileno()]}
