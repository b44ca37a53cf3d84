"""The queue: what to show, in which order, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet
from tandem.cases.query import Asked, ask
from tandem.kit import prepared
from tandem.kit.addresses import url
from tandem.kit.bounded import bounded
from tandem.people.models import User
from tandem.queue import columns, orders, rows
from tandem.queue.models import Layout, Order, OwnLayout, SavedView
from tandem.queue.rows import Row

PAGE = 50
FEW = 200

VIEWS: dict[str, tuple[Any, str]] = {
    "open": (_("Open"), "is:open"),
    "mine": (_("Mine"), "is:open owner:me"),
    "unowned": (_("Nobody's"), "is:open support:none"),
    "customer": (_("Waiting for customer"), "is:open ball:customer"),
    "engineering": (_("With engineering"), "is:open ball:engineering"),
    "closed": (_("Closed"), "is:closed"),
}
TEXTS = {text: name for name, (_label, text) in VIEWS.items()}


@dataclass
class Queue:
    """What was asked for in the address: a view, an account, a stage, or a query in words; and where the page begins.

    `view` is the name of one that is built in, or the id of a saved one; beside a saved one `q` stands for its words.
    """

    actor: Any
    asked: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All of it as one query (see `cases.query`)."""
        typed = self.asked.get("q", "").replace("\x00", " ").strip()
        if self.saved:
            return typed or self.saved.text
        view = VIEWS.get(self.asked.get("view", ""))
        told = [view[1] if view else ""]
        told += [f"{name}:{self.asked[name]}" for name in ("stage", "account") if self.asked.get(name)]
        return " ".join(filter(None, [*told, typed])) or VIEWS["open"][1]

    @property
    def view(self) -> str | None:
        """The built-in one that asks for just this."""
        return None if self.saved else TEXTS.get(self.text)

    @cached_property
    def views(self) -> list[SavedView]:
        """All this person sees."""
        return list(SavedView.objects.visible_to(self.actor).standing().select_related("owner", "team")[:200])

    @cached_property
    def saved(self) -> SavedView | None:
        wanted = self.asked.get("view", "")
        return next((view for view in self.views if str(view.pk) == wanted), None) if wanted.isdecimal() else None

    @property
    def lacks_its_view(self) -> bool:
        """A view was asked for that is none, is gone, or is not shared with this person."""
        return bool(self.asked.get("view")) and self.asked["view"] not in VIEWS and self.saved is None

    @cached_property
    def layout(self) -> Layout:
        """As this person had it last, else as the view was saved."""
        kept = {own.view_id: own for own in OwnLayout.objects.filter(person=self.actor.pk)[:500]}
        if self.saved:
            return kept.get(self.saved.pk) or self.saved
        return kept.get(None) or OwnLayout()

    @property
    def grouping(self) -> str:
        """None where all of it is wanted as a list."""
        return "" if self.asked.get("as") == "list" else self.layout.grouping

    @cached_property
    def meaning(self) -> Asked:
        return ask(self.text, self.actor)

    @property
    def orders(self) -> list[tuple[str, Any]]:
        """Those that what was asked for can stand in."""
        meaning = self.meaning
        known = orders.OF_OPEN if meaning.is_of_open else orders.OF_CLOSED if meaning.is_of_closed else orders.OF_ALL
        return [(value, says) for value, says in Order.choices if value in known]

    @property
    def order(self) -> str:
        """As chosen; else what is open by its next promise, all other by what happened last."""
        if self.layout.order in dict(self.orders):
            return self.layout.order
        return Order.PROMISE if self.meaning.is_of_open else Order.ACTIVITY

    @property
    def columns(self) -> tuple[str, ...]:
        return columns.chosen(self.layout.columns)

    def page(self) -> tuple[list[Row], str | None]:
        """The cases of this page, and the address of the next. Raises `TooMuchToSearch`."""
        found = self._first(self.view) if self.view and not self.asked.get("after") else self._later()
        if len(found) <= PAGE:
            return found, None
        shape = {"as": "list"} if self.asked.get("as") == "list" else {}
        return found[:PAGE], self.beside(**shape, after=orders.mark(self.order, found[PAGE - 1]))

    def cases(self) -> CaseQuerySet:
        return Case.objects.visible_to(self.actor).filter(self.meaning.clause)

    def beside(self, **told: str) -> str:
        """The address of this, changed by what is told."""
        here = {"view": str(self.saved.pk)} if self.saved else {}
        text = {} if self.saved and self.text == self.saved.text else {"q": self.text}
        return address(**{**here, **text, **told})

    def _first(self, view: str) -> list[Row]:
        me = {"me": self.actor.pk} if ":me" in VIEWS[view][1] else {}
        return rows.made(_first_page(self.actor.role, view, self.order, self.columns, **me))

    def _later(self) -> list[Row]:
        with bounded():
            return list(islice(chain.from_iterable(self._pieces()), PAGE + 1))

    def _pieces(self) -> Iterable[list[Row]]:
        cases = self.narrow()
        try:
            mark = orders.Mark.read(self.asked.get("after", ""), self.order)
            pieces = orders.behind(cases, self.order, mark)
        except orders.NoMark:
            pieces = [orders.ordered(cases, self.order)]
        return (self._rows(piece) for piece in pieces)

    def _rows(self, piece: CaseQuerySet) -> list[Row]:
        """First which they are, then what they show: else PostgreSQL may join all tables for all of them before it sorts."""
        keys = list(piece.values_list("pk", flat=True)[: PAGE + 1])
        found = orders.ordered(Case.objects.filter(pk__in=keys), self.order)
        return rows.read(found, PAGE + 1, orders.key(self.order), self.columns)

    def narrow(self) -> CaseQuerySet:
        """What is rare, by its keys, so that it is put in order; else it would be looked for along the whole order.

        Not what is looked for by words of the text: to find that twice takes twice as long.
        """
        if self.meaning.is_of_text or len(self._keys) > FEW:
            return self.cases()
        return Case.objects.filter(pk__in=self._keys)

    @cached_property
    def _keys(self) -> list[int]:
        """As many as tell whether it is rare."""
        return list(self.cases().order_by().values_list("pk", flat=True)[: FEW + 1])

    def count(self, found: list[Row], later: str | None) -> int | None:
        """How many there are, as far as it was read for this page anyway. None: words of the text stand in more than a page."""
        if not later and not self.asked.get("after"):
            return len(found)
        return None if self.meaning.is_of_text else len(self._keys)


def address(**told: str) -> str:
    return f"{url('queue')}?{urlencode(told)}" if told else url("queue")


def _columns(role: str, view: str, order: str, shows: tuple[str, ...], *, me: int = 0) -> QuerySet:
    actor = User(pk=me, role=role)
    cases = Case.objects.visible_to(actor).filter(ask(VIEWS[view][1], actor).clause)
    return rows.columns(orders.ordered(cases, order), orders.key(order), shows)[: PAGE + 1]


_first_page = prepared.listed(_columns, for_each=True)
