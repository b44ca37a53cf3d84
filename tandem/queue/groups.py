"""A list in groups: of each the first few, how many there are, and the way to all of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q, Value
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball
from tandem.cases.models.case import CaseQuerySet
from tandem.cases.query import language
from tandem.cases.query.language import Every, Term
from tandem.kit.bounded import bounded
from tandem.queue import counts, orders, rows
from tandem.queue.models import Grouping
from tandem.queue.page import Queue
from tandem.queue.rows import Row
from tandem.triage.priority import Priority

FIRST = 10
MOST = 20
LOOKED_AT = 500


class Key(NamedTuple):
    """What the cases of a group have in common, in words, as a query, and as a term of ours."""

    says: str
    alike: Q
    term: Term


@dataclass(frozen=True)
class Group:
    says: str
    count: str
    term: str
    href: str
    rows: list[Row]
    has_more: bool


class Groups(NamedTuple):
    """`cut`: how many cases, up to a hundred, stand in groups that are not among the `shown`."""

    shown: list[Group]
    cut: int = 0


def of(queue: Queue) -> Groups:
    """Those with a case in them. Raises `TooMuchToSearch`."""
    with bounded():
        keys = list(KEYS[queue.grouping](queue))
        if not keys or queue.meaning.doubts:
            return Groups([])
        found = _first_of_each(queue, keys)
        *counted, cut = counts.at_once([*(queue.cases().filter(key.alike) for key in keys), _rest(queue, keys)])
    groups = [
        _group(queue, key, count, found.get(place, []))
        for place, (key, count) in enumerate(zip(keys, counted, strict=True))
        if count
    ]
    return Groups(groups, cut)


def _group(queue: Queue, key: Key, count: int, found: list[Row]) -> Group:
    return Group(
        key.says, counts.told(count), language.write(key.term), _narrowed(queue, key.term), found, count > FIRST
    )


def _rest(queue: Queue, keys: list[Key]) -> CaseQuerySet:
    """Of what has few values all are shown, and nobody need look."""
    if queue.grouping not in OF_MANY:
        return queue.cases().none()
    return queue.cases().exclude(reduce(or_, (key.alike for key in keys)))


def _first_of_each(queue: Queue, keys: list[Key]) -> dict[int, list[Row]]:
    """In one query; each row knows the place of its group."""
    pieces = [
        rows.columns(
            orders.ordered(queue.cases().filter(key.alike), queue.order),
            orders.key(queue.order),
            queue.columns,
            Value(place),
        )[:FIRST]
        for place, key in enumerate(keys)
    ]
    found: dict[int, list[Row]] = {}
    for *row, place in pieces[0].union(*pieces[1:], all=True) if len(pieces) > 1 else pieces[0]:
        found.setdefault(place, []).extend(rows.made([tuple(row)]))
    return found


def _narrowed(queue: Queue, term: Term) -> str:
    node = language.read(queue.text)
    nodes = node.nodes if isinstance(node, Every) else (node,)
    return queue.beside(q=language.write(Every((*nodes, term))))


def _stages(queue: Queue) -> Iterator[Key]:
    for stage in Stage:
        yield Key(str(stage.label), Q(stage=stage), Term("stage", stage.value))


def _balls(queue: Queue) -> Iterator[Key]:
    for ball in Ball:
        yield Key(str(ball.label), Q(ball=ball), Term("ball", ball.value))


def _priorities(queue: Queue) -> Iterator[Key]:
    for priority in Priority:
        yield Key(str(priority.label), Q(priority=priority), Term("priority", priority.name.lower()))
    yield Key(_("Not judged yet"), Q(priority=0), Term("priority", "none"))


def _owners(queue: Queue) -> Iterator[Key]:
    for pk, name, email in _met(queue, "customer_owner", "customer_owner__name", "customer_owner__email"):
        yield Key(name or _("Nobody"), Q(customer_owner=pk), Term("support", email or "none"))


def _accounts(queue: Queue) -> Iterator[Key]:
    for pk, name, slug in _met(queue, "account", "account__name", "account__slug"):
        yield Key(name or _("No account"), Q(account=pk), Term("account", slug or "none"))


def _met(queue: Queue, *columns: str) -> list[Any]:
    """Of what has too many values for all to be shown: those one meets first, in the order of the list."""
    met = orders.ordered(queue.cases(), queue.order).values_list(*columns)[:LOOKED_AT]
    return list(dict.fromkeys(met))[:MOST]


KEYS: dict[str, Callable[[Queue], Iterator[Key]]] = {
    Grouping.STAGE: _stages,
    Grouping.BALL: _balls,
    Grouping.PRIORITY: _priorities,
    Grouping.OWNER: _owners,
    Grouping.ACCOUNT: _accounts,
}
OF_MANY = (Grouping.OWNER, Grouping.ACCOUNT)
