"""The list a case was opened from: its neighbours there and the way back, told in the address of its page.

`?among=promise~3~is:open owner:me`: the order, the place the row had, and a query, or `view:12`. Whoever acts on a case may
move it or take it off the list; its place says what came next all the same.
"""

from collections.abc import Callable, Iterable, Sequence
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
    which: str

    @classmethod
    def read(cls, text: str) -> "Wanted":
        order, place, which = [*text.replace("\x00", " ").split("~", 2), "", ""][:3]
        return cls(order, int(place) if place.isdecimal() and len(place) < 5 else None, which)


def led(lines: Iterable[Line], queue: "page.Queue", *, from_first: bool) -> list[Line]:
    """Each leads to its case as to one of this list. `from_first`: the first of them is the first of the list."""
    which = f"view:{queue.saved.pk}" if queue.saved and queue.text == queue.saved.text else queue.text
    if len(which) > LONGEST:
        return list(lines)
    return [
        line._replace(href=href(line.number, queue.order, which, place if from_first else None))
        for place, line in enumerate(lines)
    ]


def href(number: int, order: str, which: str = "", place: int | None = None) -> str:
    told = f"{order}~{'' if place is None else place}{'~' if which else ''}{which}"
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
    """Its neighbours among these: those of the place it had, else of the one it has."""
    there = numbers.index(number) if number in numbers else None
    place = there if wanted.place is None else min(wanted.place, len(numbers))
    if place is None:
        return Among(says, back, "", "", "")
    others = [other for other in numbers if other != number]
    lead = _leading(numbers, wanted)
    return Among(
        says,
        back,
        _says(there, len(numbers)),
        lead(others[place - 1]) if 0 < place <= len(others) else "",
        lead(others[place]) if place < len(others) else "",
    )


def _leading(numbers: Sequence[int], wanted: Wanted) -> Callable[[int], str]:
    return lambda number: href(number, wanted.order, wanted.which, numbers.index(number))


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
