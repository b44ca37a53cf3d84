"""What the `queue` macro draws."""

from datetime import datetime
from typing import NamedTuple

KEYS_THERE = "r n a e"
"""What may be pressed on the row of a case as on its page: reply, note, owner, escalation."""


class Line(NamedTuple):
    """A row in plain words. `owners` are pairs of name and side; `reason` stands where nothing is due, `sleeps` until when, where it is snoozed. Who is `here` now: name, side, whether they write.

    `left`, whole minutes until it is due, keeps a drawn line from growing older than its words. `pick` names the form its box belongs to,
    `peek` is where it is read in short. `shows` are its columns; `told` those that are words: name, heading, words.
    `there` are keys of the page behind it that may be pressed from the list.
    """

    number: int
    href: str
    title: str
    account: str
    stage: str
    stage_state: str
    priority: str
    priority_tone: str
    owners: tuple[tuple[str, str], ...]
    ball: str
    mine: bool
    due: datetime | None
    left: int | None
    reason: str = ""
    sleeps: str | None = None
    here: tuple[tuple[str, str, bool], ...] = ()
    pick: str = ""
    peek: str = ""
    shows: tuple[str, ...] = ("number", "account", "stage", "priority", "owners", "ball", "promise")
    told: tuple[tuple[str, str, str], ...] = ()
    there: str = ""


def minutes(due: datetime | None, now: datetime) -> int | None:
    return None if due is None else int((due - now).total_seconds() // 60)
