"""What a list of cases can show of each, as `query.words` says what one may ask. A room adds its own in its `queries.py`."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from tandem.kit import say

Tell = Callable[..., str]


class Column(NamedTuple):
    """`reads` are columns or expressions of a `Case` query; `tell` makes a few words of their values."""

    name: str
    says: Any
    reads: tuple[Any, ...]
    tell: Tell


COLUMNS: dict[str, Column] = {}


def column(name: str, says: Any, *reads: Any) -> Callable[[Tell], Tell]:
    """`@column("opened", _("Opened"), "opened_at")` above `def opened(at) -> str`."""

    def keep(tell: Tell) -> Tell:
        COLUMNS[name] = Column(name, says, reads, tell)
        return tell

    return keep


column("opened", _("Opened"), "opened_at")(say.moment)
column("active", _("Last change"), "active_at")(say.moment)
column("reporter", _("Reported by"), "reporter__name")(str)


@column("environment", _("Environment"), "environment__name")
def environment(name: str | None) -> str:
    return name or ""


@column("impact", _("Impact"), "impact")
def impact(words: str) -> str:
    return words
