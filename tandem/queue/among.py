"""The list a case was opened from: its neighbours there and the way back, told in the address of its page.

`?among=promise~17~2~2026-11-28T10:00:00+00:00~stage:triage~is:open owner:me` is the mark of its row, the group it stood in, and what was
asked, else `view:12`. Whoever acts on a case may move it or take it off the list, and others may come: its neighbours stand around the mark.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet
from tandem.kit.bounded import TooMuchToSearch, bounded
from tandem.kit.lists import Line
from tandem.queue import counts, orders, page
from tandem.queue.orders import Mark
from tandem.queue.rows import Row, address

LONGEST = 200  # of a query, so that each row stays light
VIEW = "view:"


class Among(NamedTuple):
    """Where the way back leads, the case's place (“3 of 26”, if it still has one), and its neighbours, if it has some."""

    says: str
    back: str
    place: str = ""
    earlier: str = ""
    later: str = ""


class Neighbour(NamedTuple):
    """What its mark is made of; `piece` is the one of the list it was found in."""

    number: int
    pk: int
    priority: int
    key: datetime | None
    piece: int


def led(found: Iterable[Row], lines: Iterable[Line], queue: "page.Queue", group: str = "") -> list[Line]:
    """Each leads to its case as to one of this list. `group` is its term."""
    saved = queue.saved if queue.saved and queue.text == queue.saved.text else None
    which = f"{group}~{VIEW}{saved.pk}" if saved else f"{group}~{queue.text}"
    if len(which) > LONGEST:
        return list(lines)
    rows = zip(found, lines, strict=True)
    return [line._replace(href=href(row.number, f"{orders.mark(queue.order, row)}~{which}")) for row, line in rows]


def href(number: int, told: str) -> str:
    return f"{address(number)}?{urlencode({'among': told}, safe='~:')}"


def of(told: str, case: Case, actor: Any) -> Among | None:
    """None for what is no list. Three queries, one for a saved view, and two where the way back leads to a later page."""
    *marked, group, which = [*told.split("~", 5), *[""] * 5][:6]
    queue, order = _queue(which, actor), marked[0]
    try:
        mark = Mark.read("~".join(marked), order if order in orders.BY else "")
    except orders.NoMark:
        return None
    if queue is None:
        return None
    whole = Among(_name(queue), queue.beside())
    part = page.Queue(actor, {"q": f"({queue.text}) {group}"}) if group else queue
    try:
        with bounded(counts.BRIEF):
            return _beside(case, part, order, mark, whole, f"{group}~{which}")
    except TooMuchToSearch:
        return whole


def _queue(which: str, actor: Any) -> "page.Queue | None":
    """Nothing for a view one does not see."""
    if not which.startswith(VIEW):
        return page.Queue(actor, {"q": which}) if which else None
    queue = page.Queue(actor, {"view": which.removeprefix(VIEW)})
    return queue if queue.saved else None


def _name(queue: "page.Queue") -> str:
    if queue.saved:
        return queue.saved.name
    return str(page.VIEWS[queue.view][0]) if queue.view else queue.text


def _beside(case: Case, queue: "page.Queue", order: str, mark: Mark, whole: Among, which: str) -> Among:
    cases = queue.narrow()
    ahead, behind = (
        [piece.exclude(pk=case.pk) for piece in way(cases, order, mark)] for way in (orders.ahead, orders.behind)
    )
    around = _first_of_each([*ahead, *behind], order)
    hrefs = {one.piece >= len(ahead): href(one.number, f"{orders.mark(order, one)}~{which}") for one in around}
    *before, there, count = counts.at_once([*ahead, cases.filter(pk=case.pk), cases])
    place = _place(sum(before) + 1, count) if there else ""
    back = whole.back if which.partition("~")[0] else _page_of(queue, ahead, before, order)
    return whole._replace(back=back, place=place, earlier=hrefs.get(False, ""), later=hrefs.get(True, ""))


def _first_of_each(pieces: list[CaseQuerySet], order: str) -> list[Neighbour]:
    """In one query; the nearest last."""
    first = [_neighbours(piece, order, nth)[:1] for nth, piece in enumerate(pieces)]
    found = (Neighbour(*row) for row in reduce(lambda one, other: one.union(other, all=True), first))
    return sorted(found, key=lambda one: one.piece, reverse=True)


def _neighbours(piece: CaseQuerySet, order: str, nth: int) -> QuerySet:
    return piece.values_list("number", "pk", "priority", orders.key(order), Value(nth))


def _page_of(queue: "page.Queue", ahead: list[CaseQuerySet], before: list[int], order: str) -> str:
    """The page of the list that the case stands on; where places are not counted any more, one with the case in its middle."""
    place = sum(before)
    if place < page.PAGE:
        return queue.beside()
    above = place % page.PAGE if place < counts.MOST else page.PAGE // 2
    nth = next(nth for nth in range(len(before)) if above < sum(before[: nth + 1]))
    last = next((Neighbour(*row) for row in _neighbours(ahead[nth], order, nth)[above - sum(before[:nth]) :][:1]), None)
    if last is None:  # it left the list just now
        return queue.beside()
    shape = {"as": "list"} if queue.grouping else {}
    return queue.beside(**shape, after=orders.mark(order, last))


def _place(place: int, count: int) -> str:
    return _("{place} of {count}").format(place=place, count=counts.told(count)) if place < counts.MOST else ""
