"""Servers of others, run for a test with their own configuration in a folder of its own, as an ordinary user."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tandem.kit.postgres.owner import as_owner
from tandem.kit.waiting import comes_true

PATIENCE = 60
PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def program(name: str) -> str:
    found = shutil.which(name, path=PLACES)
    return found or pytest.fail(f"{name} is not installed: run bin/testkit, which says what to do.")


def user() -> tuple[str, str]:
    """The name and group of whoever runs them: ourselves, or who the database runs as when we are root."""
    lent = as_owner()
    entry = pwd.getpwuid(lent.get("user", os.geteuid()))
    return entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """A folder where they may come; pytest's own are for their maker alone."""
    with tempfile.TemporaryDirectory(prefix=f"tandem-{name}-", ignore_cleanup_errors=True) as made:
        yield Path(made)


def give(folder: Path) -> None:
    """Let them own what is in it."""
    if lent := as_owner():
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, lent["user"], lent["group"])


def start(command: list[Any], output: Path, **told: Any) -> subprocess.Popen:
    with output.open("ab") as said:
        return subprocess.Popen([*map(str, command)], stdout=said, stderr=said, cwd=output.parent, **as_owner(), **told)


def await_port(port: int, process: subprocess.Popen, output: Path) -> None:
    def listens() -> bool:
        assert process.poll() is None, output.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    assert comes_true(listens, PATIENCE), output.read_text()
