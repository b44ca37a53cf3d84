"""The queue: what to show, in which order, a page at a time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.cases.models.case import CaseQuerySet
from tandem.recall.searching import cases_matching

PAGE = 50

VIEWS: dict[str, Any] = {
    "open": (_("Open"), lambda actor: Q()),
    "mine": (_("Mine"), lambda actor: Q(customer_owner=actor) | Q(technical_owner=actor)),
    "unowned": (_("Nobody's"), lambda actor: Q(customer_owner=None)),
    "customer": (_("Waiting for customer"), lambda actor: Q(ball=Ball.CUSTOMER)),
    "engineering": (_("With engineering"), lambda actor: Q(ball=Ball.ENGINEERING)),
    "closed": (_("Closed"), lambda actor: Q(stage=Stage.CLOSE)),
}


@dataclass
class Queue:
    """What was asked for in the address: view, stage, account, words, and where the page begins."""

    actor: Any
    asked: dict[str, str] = field(default_factory=dict)

    @property
    def view(self) -> str:
        return self.asked.get("view", "open") if self.asked.get("view") in VIEWS else "open"

    def page(self) -> tuple[list[Case], str | None]:
        """The cases of this page, and the address of the next."""
        rows = self._ordered(self._after(self._asked_for()))
        found = list(rows.with_people()[: PAGE + 1])
        more = len(found) > PAGE
        return found[:PAGE], self.address(after=self._mark(found[PAGE - 1])) if more else None

    def chips(self) -> list[dict[str, Any]]:
        return [
            {"label": label, "href": self.address(view=name, after=""), "on": name == self.view}
            for name, (label, _clause) in VIEWS.items()
        ]

    def address(self, **changed: str) -> str:
        told = {
            k: v for k, v in {**self.asked, **changed}.items() if v and k in ("view", "stage", "account", "q", "after")
        }
        return f"{reverse('queue')}?{urlencode(told)}" if told else reverse("queue")

    def _asked_for(self) -> CaseQuerySet:
        cases = Case.objects.visible_to(self.actor)
        cases = cases if self.view == "closed" else cases.open()
        cases = cases.filter(VIEWS[self.view][1](self.actor))
        if (stage := self.asked.get("stage")) in Stage.values:
            cases = cases.filter(stage=stage)
        if account := self.asked.get("account"):
            cases = cases.filter(account__slug=account)
        if words := self.asked.get("q", "").strip():
            cases = cases.filter(pk__in=cases_matching(words, self.actor))
        return cases

    def _ordered(self, cases: CaseQuerySet) -> CaseQuerySet:
        return cases.order_by("-active_at", "-pk") if self.view == "closed" else cases.by_promise()

    def _after(self, cases: CaseQuerySet) -> CaseQuerySet:
        if not (told := self.asked.get("after")):
            return cases
        try:
            when, pk = signing.loads(told)
        except (signing.BadSignature, ValueError):
            return cases
        at = datetime.fromisoformat(when) if when else None
        if self.view == "closed":
            return cases.filter(Q(active_at__lt=at) | Q(active_at=at, pk__lt=pk))
        if at is None:
            return cases.filter(Q(next_update_at=None, pk__gt=pk) | Q(next_update_at__isnull=False))
        return cases.filter(Q(next_update_at__gt=at) | Q(next_update_at=at, pk__gt=pk))

    def _mark(self, case: Case) -> str:
        at = case.active_at if self.view == "closed" else case.next_update_at
        return signing.dumps([at.isoformat() if at else None, case.pk])
