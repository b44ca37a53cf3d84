"""The bar of views: those that are built in and those that are pinned, each with what it has."""

from dataclasses import dataclass
from typing import Any

from tandem.queue import counts
from tandem.queue.page import VIEWS, Queue, address


@dataclass(frozen=True)
class Door:
    label: Any
    href: str
    is_open: bool
    count: str
    says: str
    """The count for who hears it."""


def doors(queue: Queue) -> list[Door]:
    """Two queries: what is built in is counted by one that is prepared, all other by one more."""
    built, saved = counts.built_in(queue.actor), [view for view in queue.views if view.pinned or view == queue.saved]
    found = counts.of({view.pk: view.text for view in saved}, queue.actor)
    return [
        *(_door(label, address(view=name), name == queue.view, built[name]) for name, (label, _text) in VIEWS.items()),
        *(_door(view.name, address(view=str(view.pk)), view == queue.saved, found.get(view.pk)) for view in saved),
    ]


def _door(label: Any, href: str, is_open: bool, count: int | None) -> Door:
    return Door(label, href, is_open, counts.told(count), counts.spoken(count))
