"""What a running Tandem holds for itself: its data directory and its ports."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tandem.kit.waiting import comes_true, locked


class CannotServe(Exception):
    """Tandem cannot run here and now; the message is one sentence saying why and what to do."""


@contextmanager
def data_directory(directory: Path, address: str) -> Iterator[None]:
    """Hold the data directory for as long as we live. Raises CannotServe when another Tandem holds it."""
    claim = directory / "serving"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with locked(claim, 0) as file:
            file.truncate(0)
            file.write(f"process {os.getpid()} at {address}")
            file.flush()
            yield
    except TimeoutError:
        raise CannotServe(
            f"Tandem already runs on {directory}: {claim.read_text() or 'it is just starting'}."
            " Stop it first, or choose another directory with TANDEM_DATA."
        ) from None


def port(host: str, number: int, setting: str) -> None:
    """Make sure that we could listen there. Raises CannotServe, naming the setting `TANDEM_…HOST` or `…PORT`."""
    # Just after a kill, the kernel may still be closing the sockets of those who served here before us.
    if not comes_true(lambda: _obstacle(host, number) is None, 1) and (error := _obstacle(host, number)):
        raise CannotServe(_why_not(error, host, number, setting))


def free_port(usual: int) -> int:
    """On this machine: the usual one, or another if that is taken."""
    if _obstacle("127.0.0.1", usual) is None:
        return usual
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


def _obstacle(host: str, number: int) -> OSError | None:
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        return error
    return None


def _why_not(error: OSError, host: str, number: int, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {number} on {host} is taken: stop what listens there, or set {setting}_PORT to another."
    if error.errno == errno.EACCES:
        return f"Port {number} is not for ordinary users: set {setting}_PORT to one of 1024 or more."
    return f"{setting}_HOST is “{host}”, which is no address of this machine."
