"""The queue: what to show, in which order, a page at a time."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet
from tandem.cases.query import Asked, ask
from tandem.desk import rows
from tandem.desk.rows import Row
from tandem.kit import prepared
from tandem.kit.addresses import url
from tandem.kit.bounded import bounded
from tandem.people.models import User

PAGE = 50

VIEWS: dict[str, tuple[Any, str]] = {
    "open": (_("Open"), "is:open"),
    "mine": (_("Mine"), "is:open owner:me"),
    "unowned": (_("Nobody's"), "is:open support:none"),
    "customer": (_("Waiting for customer"), "is:open ball:customer"),
    "engineering": (_("With engineering"), "is:open ball:engineering"),
    "closed": (_("Closed"), "is:closed"),
}
TEXTS = {text: name for name, (_label, text) in VIEWS.items()}
PROMISE, ACTIVITY = "next_update_at", "active_at"


@dataclass
class Queue:
    """What was asked for in the address: a view, an account, a stage, or a query in words; and where the page begins."""

    actor: Any
    asked: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All of it as one query (see `cases.query`)."""
        view = VIEWS.get(self.asked.get("view", ""))
        told = [view[1] if view else ""]
        told += [f"{name}:{self.asked[name]}" for name in ("stage", "account") if self.asked.get(name)]
        return " ".join(filter(None, [*told, self.asked.get("q", "").strip()])) or VIEWS["open"][1]

    @property
    def view(self) -> str | None:
        return TEXTS.get(self.text)

    @cached_property
    def meaning(self) -> Asked:
        return ask(self.text, self.actor)

    def page(self) -> tuple[list[Row], str | None]:
        """The cases of this page, and the address of the next. Raises `TooMuchToSearch`."""
        found = self._first(self.view) if self.view and not self.asked.get("after") else self._later()
        later = self.address(q=self.text, after=_mark(found[PAGE - 1])) if len(found) > PAGE else None
        return found[:PAGE], later

    def chips(self) -> list[dict[str, Any]]:
        return [
            {"label": label, "href": self.address(view=name), "on": name == self.view}
            for name, (label, _text) in VIEWS.items()
        ]

    def address(self, **told: str) -> str:
        return f"{url('queue')}?{urlencode(told)}" if told else url("queue")

    def _first(self, view: str) -> list[Row]:
        me = {"me": self.actor.pk} if ":me" in VIEWS[view][1] else {}
        return [Row(*columns) for columns in _first_page(self.actor.role, view, **me)]

    def _later(self) -> list[Row]:
        with bounded():
            return rows.read(self._after(seen(self.actor, self.meaning)), PAGE + 1, _order(self.meaning))

    def _after(self, cases: CaseQuerySet) -> CaseQuerySet:
        try:
            at, pk = _place(self.asked.get("after", ""))
        except ValueError:
            return cases
        if not self.meaning.is_of_open:
            return cases.filter(active_at__lte=at).exclude(active_at=at, pk__gte=pk) if at else cases
        if at is None:
            return cases.filter(Q(next_update_at=None, pk__gt=pk) | Q(next_update_at__isnull=False))
        return cases.filter(next_update_at__gte=at).exclude(next_update_at=at, pk__lte=pk)


def _mark(row: Row) -> str:
    """Where the next page begins. Not signed: it says nothing secret, and another one only begins elsewhere."""
    return f"{row.pk}~{row.at.isoformat() if row.at else ''}"


def _place(mark: str) -> tuple[datetime | None, int]:
    pk, _tilde, when = mark.partition("~")
    at = datetime.fromisoformat(when) if when else None
    if at and at.tzinfo is None:
        raise ValueError("A mark tells the time zone.")
    return at, int(pk)


def seen(actor: Any, meaning: Asked) -> CaseQuerySet:
    """What this person sees of what was asked for: what is open by its next promise, else what happened last first."""
    cases = Case.objects.visible_to(actor).filter(meaning.clause)
    return cases.by_promise() if meaning.is_of_open else cases.order_by("-active_at", "-pk")


def _order(meaning: Asked) -> str:
    return PROMISE if meaning.is_of_open else ACTIVITY


def _columns(role: str, view: str, *, me: int = 0) -> QuerySet:
    actor = User(pk=me, role=role)
    meaning = ask(VIEWS[view][1], actor)
    return rows.columns(seen(actor, meaning), _order(meaning))[: PAGE + 1]


_first_page = prepared.listed(_columns)
