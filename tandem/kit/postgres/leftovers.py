"""The processes of a cluster that live, whoever started them: each has the data directory as its own."""

import contextlib
from pathlib import Path

import psutil


def postmaster_of(data: Path) -> psutil.Process | None:
    """The server that owns this data directory. A pid file may name a dead process, or somebody else's."""
    try:
        process = psutil.Process(int(_pid_file(data)[0]))
    except (IndexError, ValueError, psutil.NoSuchProcess):
        return None
    return process if _lives_in(process, data) else None


def says_ready(data: Path) -> bool:
    """What the server last wrote of itself; if it was killed, it still says so."""
    return _pid_file(data)[-1:] == ["ready"]


def kill_processes_of(data: Path) -> None:
    """End what still lives there: a killed postmaster's children finish their query before they look up."""
    living = [process for process in psutil.process_iter() if _lives_in(process, data)]
    for process in living:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(living, timeout=10)


def _pid_file(data: Path) -> list[str]:
    """The process, the directory, …, and in the last line how it is."""
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


def _lives_in(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == data.resolve()
    except psutil.Error:  # ended, a zombie, or another user's
        return False
