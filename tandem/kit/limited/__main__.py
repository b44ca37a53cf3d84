"""The child: reads a frame, calls one of our functions on it, answers with a frame, until its parent is gone.

It limits itself before it imports anything that reads hostile bytes, and knows neither Django nor the database.
"""

import importlib
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tandem.kit import leash
from tandem.kit.limited import frames


def main(memory: int) -> None:
    leash.end_with_parent()
    _limit(memory)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes nowhere, and is not taken for an answer
    with suppress(frames.Ended):
        while True:
            name, seconds, data = (frames.read(requests) for _ in range(3))
            frames.write(answers, _answer(name.decode(), int(seconds), data))


def _limit(memory: int) -> None:
    _lower(resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NOFILE, 32)
    _lower(resource.RLIMIT_NPROC, 0)


def _lower(which: int, value: int) -> None:
    with suppress(ValueError, OSError):  # a system that cannot limit this one still limits the others
        resource.setrlimit(which, (value, value))


def _answer(name: str, seconds: int, data: bytes) -> bytes:
    """JSON: {"done": …} or {"failed": traceback} or {"out of memory": true}."""
    # Its signal ends us. RLIMIT_CPU would count from the birth of the process, and drifts from any clock we can read.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return json.dumps({"done": _named(name)(data)}).encode()
    except MemoryError:
        return b'{"out of memory": true}'
    except Exception:
        return json.dumps({"failed": traceback.format_exc()}).encode()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _named(name: str) -> Callable[[bytes], Any]:
    module, function = name.split(":")
    return getattr(importlib.import_module(module), function)


if __name__ == "__main__":
    main(int(sys.argv[1]))
