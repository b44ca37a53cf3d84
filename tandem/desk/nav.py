"""The way around the desk, with what waits behind each door."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.kit import clock

SOON = timedelta(hours=4)


def nav(request: HttpRequest) -> dict[str, Any]:
    """For every template; counted only where a desk page shows it."""
    return {"nav": SimpleLazyObject(lambda: _sections(request))}


def _sections(request: HttpRequest) -> list[list[dict]]:
    if not getattr(request, "user", None) or not request.user.is_authenticated or not request.user.is_colleague:
        return []
    counts = _counts(request.user)
    return [
        [
            _entry("now", _("Now"), "desk", key="g n", count=counts["mine_due"]),
            _entry("queue", _("Queue"), "queue", key="g q", count=counts["open"]),
            _entry("triage", _("Triage"), "triage", key="g t", count=counts["untriaged"]),
            _entry("escalations", _("Escalations"), "escalations", key="g e", count=counts["escalated"]),
        ],
        [
            _entry("components", _("Components"), "components", key="g c"),
            _entry("knowledge", _("Knowledge"), "knowledge", key="g k"),
            _entry("quarantine", _("Quarantine"), "quarantine"),
        ],
        [
            _entry("process", _("Process"), "process", key="g p"),
            _entry("goals", _("Goals"), "goals", key="g g"),
        ],
    ]


def _entry(name: str, label: str, page: str, *, key: str = "", count: int = 0) -> dict:
    try:
        href = reverse(page)
    except NoReverseMatch:
        href = "#"
    return {"name": name, "label": label, "href": href, "key": key, "count": count}


def _counts(actor: Any) -> dict[str, int]:
    """What the doors say, in one query."""
    mine = Q(customer_owner=actor) | Q(technical_owner=actor)
    return (
        Case.objects.visible_to(actor)
        .open()
        .aggregate(
            open=Count("pk"),
            untriaged=Count("pk", filter=Q(stage__in=[Stage.SUBMIT, Stage.INTAKE])),
            escalated=Count("pk", filter=Q(stage=Stage.ESCALATE)),
            mine_due=Count("pk", filter=mine & Q(next_update_at__lt=clock.now() + SOON)),
        )
    )
