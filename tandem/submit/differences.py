"""What one text changed in another, line by line."""

from difflib import unified_diff
from typing import NamedTuple


class Line(NamedTuple):
    """`kind`: same, added, removed, place (where in the text the following stands)."""

    kind: str
    text: str


KINDS = {"+": "added", "-": "removed", "@": "place"}


def lines(before: str, after: str) -> list[Line]:
    """The changed lines with three around each; empty if nothing changed."""
    told = list(unified_diff(before.splitlines(), after.splitlines(), lineterm=""))[2:]
    return [Line(KINDS.get(line[0], "same"), line if line[0] == "@" else line[1:]) for line in told]
