"""What the most hostile mails we can make cost, each read and landed alone: seconds, and megabytes of the child that reads.

Beside each figure stands its limit. `make bench` runs it last; alone: .venv/bin/python -m bench.run --only-hostile
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

MB = 1024 * 1024
SECONDS = 5


class Cost(NamedTuple):
    name: str
    seconds: float
    """From the first look at it to its place."""
    after: float
    """And until the jobs that follow from it are done."""
    child: int
    """Megabytes of the child at its largest."""
    place: str


def costs() -> Iterator[Cost]:
    from tandem.submit.tests.hostile_mails import READ, REFUSED

    made = {name: mail for name, (mail, _why) in REFUSED.items()} | READ
    for name, mail in made.items():
        yield _cost(name, mail())


def tell(costs: Iterator[Cost]) -> None:
    from tandem.kit import limited

    told = sorted(costs, key=lambda cost: -cost.seconds)
    print(f"\n{len(told)} hostile mails, the slowest first{'seconds':>25}{'of':>4}{'jobs':>7}{'MB':>8}{'of':>5}")
    for cost in told[:10]:
        print(
            f"{cost.name:44}{cost.place:>12}{cost.seconds:>7.1f}{SECONDS:>4}{cost.after:>7.1f}{cost.child:>8}{limited.MEMORY // MB:>5}",
            flush=True,
        )
    largest = max(told, key=lambda cost: cost.child)
    print(f"The largest child: {largest.child} MB, for {largest.name}.", flush=True)


def _cost(name: str, raw: bytes) -> Cost:
    from tandem.kit.later import drain
    from tandem.submit.arrival import read_next
    from tandem.submit.models import Submission

    psutil.wait_procs([child.kill() or child for child in _children()])
    held = Submission.objects.accept_mail(raw, sender="", recipients=["support@tandem.example"])
    with _watched() as largest:
        begun = time.perf_counter()
        read_next()
        landed = time.perf_counter()
        drain()
        done = time.perf_counter()
    held.refresh_from_db()
    return Cost(name, landed - begun, done - landed, max(largest) // 1024, held.state)


@contextmanager
def _watched() -> Iterator[list[int]]:
    """The kilobytes each child had at its largest, looked at again and again: one that is stopped tells nobody."""
    seen, done = [0], threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            seen.append(max(map(_peak, _children()), default=0))

    watch = threading.Thread(target=look)
    watch.start()
    try:
        yield seen
    finally:
        done.set()
        watch.join()


def _children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if _reads(child)]


def _reads(child: psutil.Process) -> bool:
    try:
        return "tandem.kit.limited" in child.cmdline()
    except psutil.Error:
        return False


def _peak(child: psutil.Process) -> int:
    try:
        told = Path(f"/proc/{child.pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in told.splitlines() if line.startswith("VmHWM")), 0)
