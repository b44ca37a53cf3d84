"""The queue: what to show, in which order, a page at a time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.cases.models.case import CaseQuerySet
from tandem.desk import rows
from tandem.desk.rows import Row
from tandem.kit import prepared
from tandem.kit.addresses import url
from tandem.people.models import User
from tandem.recall.searching import cases_matching

PAGE = 50

VIEWS: dict[str, Any] = {
    "open": (_("Open"), Q()),
    "mine": (_("Mine"), lambda actor: Q(customer_owner=actor) | Q(technical_owner=actor)),
    "unowned": (_("Nobody's"), Q(customer_owner=None)),
    "customer": (_("Waiting for customer"), Q(ball=Ball.CUSTOMER)),
    "engineering": (_("With engineering"), Q(ball=Ball.ENGINEERING)),
    "closed": (_("Closed"), Q(stage=Stage.CLOSE)),
}
ORDER = {"closed": "active_at"}
PROMISE = "next_update_at"


@dataclass
class Queue:
    """What was asked for in the address: view, stage, account, words, and where the page begins."""

    actor: Any
    asked: dict[str, str] = field(default_factory=dict)

    @property
    def view(self) -> str:
        return self.asked.get("view", "open") if self.asked.get("view") in VIEWS else "open"

    def page(self) -> tuple[list[Row], str | None]:
        """The cases of this page, and the address of the next."""
        is_first = not any(self.asked.get(name) for name in ("stage", "account", "q", "after"))
        found = self._first() if is_first else rows.read(self._after(self._asked_for()), PAGE + 1, self._order)
        later = self.address(after=_mark(found[PAGE - 1])) if len(found) > PAGE else None
        return found[:PAGE], later

    def chips(self) -> list[dict[str, Any]]:
        return [
            {"label": label, "href": self.address(view=name, after=""), "on": name == self.view}
            for name, (label, _clause) in VIEWS.items()
        ]

    def address(self, **changed: str) -> str:
        told = {
            k: v for k, v in {**self.asked, **changed}.items() if v and k in ("view", "stage", "account", "q", "after")
        }
        return f"{url('queue')}?{urlencode(told)}" if told else url("queue")

    def _first(self) -> list[Row]:
        me = {"me": self.actor.pk} if callable(VIEWS[self.view][1]) else {}
        return [Row(*columns) for columns in _first_page(self.actor.role, self.view, **me)]

    def _asked_for(self) -> CaseQuerySet:
        cases = seen(self.actor, self.view)
        if (stage := self.asked.get("stage")) in Stage.values:
            cases = cases.filter(stage=stage)
        if account := self.asked.get("account"):
            cases = cases.filter(account__slug=account)
        if words := self.asked.get("q", "").strip():
            cases = cases.filter(pk__in=cases_matching(words, self.actor))
        return cases

    @property
    def _order(self) -> str:
        return ORDER.get(self.view, PROMISE)

    def _after(self, cases: CaseQuerySet) -> CaseQuerySet:
        try:
            at, pk = _place(self.asked.get("after", ""))
        except ValueError:
            return cases
        if self.view == "closed":
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


def seen(actor: Any, view: str) -> CaseQuerySet:
    """What this person sees of a view, in its order."""
    cases, clause = Case.objects.visible_to(actor), VIEWS[view][1]
    cases = cases.filter(clause(actor) if callable(clause) else clause)
    return cases.order_by("-active_at", "-pk") if view == "closed" else cases.open().by_promise()


def _columns(role: str, view: str, *, me: int = 0) -> QuerySet:
    return rows.columns(seen(User(pk=me, role=role), view), ORDER.get(view, PROMISE))[: PAGE + 1]


_first_page = prepared.listed(_columns)
