"""What goes wrong in the story, for whom, and how far each case came."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tandem.kit import clock

DAYS = 30
CASES = 64
# How far the cases of the last days came; all older ones are closed.
ENDS = ["submit", "readback", "triage", "returned", "investigate", "escalate", "accepted", "handed_back", "verify", "broken", "investigate", "workaround"]  # fmt: skip


@dataclass
class Plot:
    """One case to tell: what goes wrong, for whom, when it began and how far it came."""

    words: dict[str, Any]
    environment: Any
    begins: datetime
    end: str
    nth: int


def plots(installations: list[Any]) -> Iterator[Plot]:
    """Cases over thirty days, the open ones at the end; the same every time but for the moments."""
    dice = random.Random(41)  # noqa: S311, nothing here is a secret
    known = library()
    now = clock.real()
    for nth in range(CASES):
        recent = nth - (CASES - 2 * len(ENDS))
        end = ENDS[recent % len(ENDS)] if recent >= 0 else ["closed", "closed", "solved", "handed_off"][nth % 4]
        age = timedelta(days=DAYS * (1 - nth / CASES)) if recent < 0 else timedelta(hours=30 - recent)
        yield Plot(known[nth % len(known)], dice.choice(installations), now - age, end, nth)
    # Ana's own case, the one on every picture.
    yield Plot(known[0], installations[0], now - timedelta(hours=6), "accepted", CASES)


@cache
def library() -> list[dict[str, Any]]:
    return yaml.safe_load((Path(__file__).parent / "plots.yaml").read_text())
