"""What matters now to this person, in order of promise and harm, each with the reason of its place."""

from dataclasses import dataclass
from typing import Any

from tandem.desk.now import happened, turns
from tandem.desk.now.places import Place, Sleeper, placed
from tandem.desk.now.turns import LATER, pressing, within
from tandem.kit import clock
from tandem.queue import among

__all__ = ["NAME", "Now", "href", "numbers", "of", "pressing", "within"]

NAME = "now"
FEW = 5
SCREENFUL = 8


@dataclass
class Now:
    """`now` are the first few of all that `press`; those for whom there was no room come first under `next`."""

    now: list[Place]
    next: list[Place]
    waiting: list[Place]
    presses: int
    snoozed: list[Sleeper]
    """What this person put off; of many, one more than a screen shows."""


def of(actor: Any) -> Now:
    """Two queries: the cases, and what happened to those that stand in sight."""
    presses, later, waiting, snoozed = _placed(actor)
    places = [*presses, *later, *waiting]
    in_order = [place.number for place in places]
    for place in places:
        place.href = href(place.number, in_order)
    rest = [*presses[FEW:], *later]
    happened.tell([*presses[:FEW], *rest[:SCREENFUL], *waiting[:SCREENFUL]], actor)
    return Now(presses[:FEW], rest, waiting, len(presses), snoozed)


def numbers(actor: Any) -> list[int]:
    """Of all those cases, in their order. One query."""
    return [place.number for places in _placed(actor)[:3] for place in places]


def href(number: int, numbers: list[int]) -> str:
    """To one of them, and which comes next."""
    after = numbers[numbers.index(number) + 1 :][:1]
    return among.href(number, "~".join([NAME, *map(str, after)]))


def _placed(actor: Any) -> tuple[list[Place], list[Place], list[Place], list[Sleeper]]:
    told, at = turns.read(actor), clock.now()
    snoozed = [Sleeper(row) for row in told.pop("snoozed")]
    rows: dict[str, list[dict[str, Any]]] = {"later": [], "waiting": [], "presses": []}
    for name, found in told.items():
        rows[name.partition("_")[0] if name.startswith(("later_", "waiting_")) else "presses"] += found
    presses, later, waiting = (placed(rows[when], actor, at) for when in ("presses", "later", "waiting"))
    return presses, later, waiting[:LATER], snoozed
