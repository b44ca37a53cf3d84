"""The list a case was opened from: its neighbours there and the way back, told in the address of its page.

`?among=promise~3.1043~is:open owner:me`: the order, the place the row had and the number of the case after it, and a query,
or `view:12`. Whoever acts on a case may move it or take it off the list, and others may come: what came next is known all the
same, and the place counts only where the next has gone, too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet
from tandem.cases.query import ask
from tandem.kit.bounded import TooMuchToSearch, bounded
from tandem.kit.lists import Line
from tandem.queue import orders, page
from tandem.queue.models import SavedView
from tandem.queue.rows import address

FEW = 200
LONGEST = 200  # of a query, so that each row stays light


class Among(NamedTuple):
    """Where the way back leads, the case's place (“3 of 26”, if it still has one), and its neighbours, if it has some."""

    says: str
    back: str
    place: str
    earlier: str
    later: str


class Wanted(NamedTuple):
    """What the address says."""

    order: str
    place: int | None
    after: int | None
    which: str

    @classmethod
    def read(cls, text: str) -> "Wanted":
        order, where, which = [*text.replace("\x00", " ").split("~", 2), "", ""][:3]
        place, _dot, after = where.partition(".")
        return cls(order, _whole(place, 4), _whole(after, 18), which)


def _whole(text: str, most: int) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= most else None


def led(lines: Iterable[Line], queue: "page.Queue", *, from_first: bool) -> list[Line]:
    """Each leads to its case as to one of this list. `from_first`: the first of them is the first of the list."""
    which = f"view:{queue.saved.pk}" if queue.saved and queue.text == queue.saved.text else queue.text
    if len(which) > LONGEST:
        return list(lines)
    return [
        line._replace(href=href(line.number, queue.order, which, *((place, after) if from_first else ())))
        for place, line, after in followed(lines)
    ]


def followed(rows: Iterable[Any]) -> Iterator[tuple[int, Any, int | None]]:
    """Each with its place and the number of the one after it."""
    rows = list(rows)
    return ((nth, row, after and after.number) for nth, (row, after) in enumerate(zip_longest(rows, rows[1:])))


def href(number: int, order: str, which: str = "", place: int | None = None, after: int | None = None) -> str:
    where = f"{'' if place is None else place}{'' if after is None else f'.{after}'}"
    told = f"{order}~{where}{'~' if which else ''}{which}"
    return f"{address(number)}?{urlencode({'among': told}, safe='~:')}"


def of(number: int, wanted: Wanted, actor: Any) -> Among | None:
    """None for what is no list. Two queries, and one for a saved view."""
    if wanted.order not in orders.BY:
        return None
    name, text, back = _list(wanted.which, actor)
    if not text:
        return None
    try:
        numbers = _numbers(text, wanted.order, actor)
    except TooMuchToSearch:
        numbers = []
    return beside(number, wanted, numbers, says=name, back=back)


def beside(number: int, wanted: Wanted, numbers: Sequence[int], *, says: str, back: str) -> Among:
    """Its neighbours among these."""
    there = numbers.index(number) if number in numbers else None
    others = [other for other in numbers if other != number]
    place = _place(wanted, there, others)
    if place is None:
        return Among(says, back, "", "", "")
    lead = _leading(numbers, wanted)
    return Among(
        says,
        back,
        _says(there, len(numbers)),
        lead(others[place - 1]) if 0 < place <= len(others) else "",
        lead(others[place]) if place < len(others) else "",
    )


def _place(wanted: Wanted, there: int | None, others: Sequence[int]) -> int | None:
    """Before the one that came next; where that has gone, the place it had; of what came last, the one it has."""
    if wanted.after in others:
        return others.index(wanted.after)
    if wanted.place is None or (wanted.after is None and there is not None):
        return there
    return min(wanted.place, len(others))


def _leading(numbers: Sequence[int], wanted: Wanted) -> Callable[[int], str]:
    def lead(number: int) -> str:
        place = numbers.index(number)
        return href(number, wanted.order, wanted.which, place, next(iter(numbers[place + 1 : place + 2]), None))

    return lead


def _says(there: int | None, count: int) -> str:
    if there is None:
        return ""
    return _("{place} of {count}").format(place=there + 1, count=f"{FEW}+" if count > FEW else count)


def _list(which: str, actor: Any) -> tuple[str, str, str]:
    """Its name, what it asks for, and where it is; nothing for a view one does not see."""
    kind, _colon, pk = which.partition("view:")
    if not kind and pk.isdecimal() and len(pk) < 19:
        view = SavedView.objects.visible_to(actor).standing().filter(pk=int(pk)).first()
        return (view.name, view.text, page.address(view=pk)) if view else ("", "", "")
    built_in = page.TEXTS.get(which)
    return str(page.VIEWS[built_in][0]) if built_in else which, which, page.address(q=which)


def _numbers(text: str, order: str, actor: Any) -> list[int]:
    """The first of the list and one more. What is rare is found first and then put in order, as on the list itself."""
    meaning = ask(text, actor)
    cases: CaseQuerySet = Case.objects.visible_to(actor).filter(meaning.clause)
    with bounded():
        if not meaning.is_of_text:
            keys = list(cases.order_by().values_list("pk", flat=True)[: FEW + 1])
            cases = Case.objects.filter(pk__in=keys) if len(keys) <= FEW else cases
        return list(orders.ordered(cases, order).values_list("number", flat=True)[: FEW + 1])
