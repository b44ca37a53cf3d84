"""In which order cases stand, and where a page begins: each order is walked by its index, from any mark, in a few pieces."""

from datetime import datetime
from typing import NamedTuple, Protocol

from django.db.models import F, Q

from tandem.cases.models.case import CaseQuerySet
from tandem.queue.models import Order

PROMISED = (F("next_update_at").asc(nulls_first=True), "pk")
BY: dict[str, tuple] = {
    Order.PROMISE: PROMISED,
    Order.DUE: (F("due_at").asc(nulls_last=True), "pk"),
    Order.PRIORITY: ("priority", *PROMISED),
    Order.OPENED: ("-opened_at", "-pk"),
    Order.ACTIVITY: ("-active_at", "-pk"),
}
KEYS: dict[str, str] = {Order.OPENED: "opened_at", Order.ACTIVITY: "active_at", Order.DUE: "due_at"}
"""What a row stands by, beside its id. The others stand by their promise."""
OF_OPEN = tuple(Order.values)
OF_CLOSED = (Order.ACTIVITY, Order.OPENED)
OF_ALL = (Order.ACTIVITY,)
"""What is closed has no promise to stand by; for open and closed ones together only one order has an index."""


class Marked(Protocol):
    """A row as far as its mark is made of it; `key` is what it stands by."""

    @property
    def pk(self) -> int: ...
    @property
    def priority(self) -> int: ...
    @property
    def key(self) -> datetime | None: ...


class NoMark(ValueError):
    """That is nothing a page could begin behind."""


class Mark(NamedTuple):
    """The last row of a page: its id, what it stands by, and its priority."""

    pk: int
    at: datetime | None
    priority: int

    @classmethod
    def read(cls, text: str, order: str) -> "Mark":
        """Not signed: it says nothing secret, and another one only begins elsewhere. Raises `NoMark`."""
        try:
            told, pk, priority, when = text.split("~")
            at = datetime.fromisoformat(when) if when else None
            mark = cls(int(pk), at, int(priority))
        except ValueError:
            raise NoMark from None
        is_whole = at.tzinfo is not None if at else order not in KEYS or order == Order.DUE
        if told != order or not is_whole or not (0 <= mark.pk < 1 << 63 and 0 <= mark.priority < 1 << 15):
            raise NoMark
        return mark


def mark(order: str, row: Marked) -> str:
    return f"{order}~{row.pk}~{row.priority}~{row.key.isoformat() if row.key else ''}"


def key(order: str) -> str:
    return KEYS.get(order, "next_update_at")


def ordered(cases: CaseQuerySet, order: str) -> CaseQuerySet:
    return cases.order_by(*BY[order])


def behind(cases: CaseQuerySet, order: str, mark: Mark) -> list[CaseQuerySet]:
    """What stands behind the mark, in pieces that follow each other and are each read by the index from where they begin."""
    if order == Order.DUE:
        return [ordered(piece, order) for piece in _due_behind(cases, mark)]
    if order in KEYS:
        column = KEYS[order]
        earlier = cases.filter(**{f"{column}__lte": mark.at}).exclude(**{column: mark.at, "pk__gte": mark.pk})
        return [ordered(earlier, order)]
    if order == Order.PROMISE:
        return [ordered(piece, order) for piece in _promised_behind(cases, mark)]
    same = [ordered(piece, Order.PROMISE) for piece in _promised_behind(cases.filter(priority=mark.priority), mark)]
    return [*same, ordered(cases.filter(priority__gt=mark.priority), order)]


def _promised_behind(cases: CaseQuerySet, mark: Mark) -> list[CaseQuerySet]:
    if mark.at is None:
        return [cases.filter(next_update_at=None, pk__gt=mark.pk), cases.filter(next_update_at__isnull=False)]
    later = cases.filter(next_update_at__gte=mark.at)
    return [later.exclude(Q(next_update_at=mark.at, pk__lte=mark.pk))]


def _due_behind(cases: CaseQuerySet, mark: Mark) -> list[CaseQuerySet]:
    """What no clock runs on comes last."""
    never = cases.filter(due_at=None)
    if mark.at is None:
        return [never.filter(pk__gt=mark.pk)]
    return [cases.filter(due_at__gte=mark.at).exclude(due_at=mark.at, pk__lte=mark.pk), never]


def ahead(cases: CaseQuerySet, order: str, mark: Mark) -> list[CaseQuerySet]:
    """What stands ahead of the mark, from there up: in pieces, read by the same index backwards."""
    return [piece.reverse() for piece in _ahead(cases, order, mark)]


def _ahead(cases: CaseQuerySet, order: str, mark: Mark) -> list[CaseQuerySet]:
    if order in KEYS and order != Order.DUE:
        column = KEYS[order]
        later = cases.filter(**{f"{column}__gte": mark.at}).exclude(**{column: mark.at, "pk__lte": mark.pk})
        return [ordered(later, order)]
    if order == Order.PRIORITY:
        same = _ahead(cases.filter(priority=mark.priority), Order.PROMISE, mark)
        return [*same, ordered(cases.filter(priority__lt=mark.priority), order)]
    column = key(order)
    never, ever = cases.filter(**{column: None}), cases.filter(**{f"{column}__isnull": False})
    if mark.at is None:
        pieces = [never.filter(pk__lt=mark.pk), *([ever] if order == Order.DUE else [])]
    else:
        sooner = cases.filter(**{f"{column}__lte": mark.at}).exclude(**{column: mark.at, "pk__gte": mark.pk})
        pieces = [sooner, *([] if order == Order.DUE else [never])]
    return [ordered(piece, order) for piece in pieces]
