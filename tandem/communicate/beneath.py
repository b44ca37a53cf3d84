"""What later rooms know of a message and show beneath it. Submit knows where it came from, and stands after us on the road."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Beneath(NamedTuple):
    name: str
    told: Callable[[], Any]
    """Makes the annotation by which each message, under that name, brings what its template shows. No query more."""
    template: str


LAID: dict[str, Beneath] = {}


def lay(name: str, *, told: Callable[[], Any], template: str) -> None:
    """Show this beneath every message that has something under this name."""
    LAID[name] = Beneath(name, told, template)
