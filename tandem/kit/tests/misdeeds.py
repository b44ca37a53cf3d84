"""What hostile bytes might talk a child into. Run only there, by test_limited.py."""

import os
import resource
import signal
import sys
import time
from pathlib import Path


def length(data: bytes) -> int:
    return len(data)


def who(data: bytes) -> int:
    return os.getpid()


def spin(data: bytes) -> None:
    while True:
        pass


def toil(data: bytes) -> None:
    end = time.process_time() + float(data)
    while time.process_time() < end:
        pass


def hang(data: bytes) -> None:
    time.sleep(3600)


def grow(data: bytes) -> None:
    hoard = []
    while True:
        hoard.append(bytearray(16 * 1024 * 1024))


def crash(data: bytes) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def killed(data: bytes) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stumble(data: bytes) -> None:
    raise KeyError("x")


def chatter(data: bytes) -> str:
    print("not an answer", flush=True)
    os.write(1, b"nor this")
    return "the answer"


def write(data: bytes) -> None:
    Path(data.decode()).write_bytes(b"x" * 10_000)


def allowance(data: bytes) -> list[float]:
    """Bytes of memory, and seconds of computing that are left."""
    return [resource.getrlimit(resource.RLIMIT_AS)[1], signal.getitimer(signal.ITIMER_PROF)[0]]


def surroundings(data: bytes) -> dict:
    return {
        "environment": sorted(os.environ),
        "descriptors": len(os.listdir("/dev/fd")) - 1,
        "django": "django" in sys.modules,
        "folder": os.getcwd(),
    }
