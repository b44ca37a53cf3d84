"""Which columns a list shows: those drawn in a way of their own, and those rooms tell in words (`cases.columns`)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tandem.cases.columns import COLUMNS

DRAWN: dict[str, Any] = {
    "number": _("Number"),
    "account": _("Account"),
    "stage": _("Stage"),
    "priority": _("Priority"),
    "owners": _("Owners"),
    "ball": _("Ball"),
    "promise": _("Next promise"),
}
USUAL = tuple(DRAWN)
MOST = 12


def offered() -> list[tuple[str, Any]]:
    return [*DRAWN.items(), *((column.name, column.says) for column in COLUMNS.values())]


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """In the order they are offered; what nobody offers any more is passed over. Nothing chosen is as usual."""
    known = tuple(name for name, _says in offered() if name in names)
    return known[:MOST] or USUAL


def heads(names: Sequence[str]) -> list[tuple[str, str]]:
    """Name and heading of each, where they are not the usual ones: those are known by how they look."""
    if tuple(names) == USUAL:
        return []
    number = _("Number") if "number" in names else ""
    rest = [(name, says) for name, says in offered() if name in names and name not in ("number", "account")]
    return [("number", number), ("title", _("Case")), *rest]


def told(names: Sequence[str]) -> tuple[str, ...]:
    """Those told in words."""
    return tuple(name for name in names if name in COLUMNS)


def reads(names: Sequence[str]) -> list[Any]:
    return [expression for name in told(names) for expression in COLUMNS[name].reads]


def words(names: Sequence[str], values: Sequence[Any]) -> tuple[tuple[str, str, str], ...]:
    """Name, heading and words of each, from what was read."""
    cells, place = [], 0
    for name in told(names):
        column = COLUMNS[name]
        cells.append((name, str(column.says), column.tell(*values[place : place + len(column.reads)])))
        place += len(column.reads)
    return tuple(cells)
