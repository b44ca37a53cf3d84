"""The way around the desk, with what waits behind each door."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.desk import now
from tandem.people.models import User

MANY = 100


def nav(request: HttpRequest) -> dict[str, Any]:
    """For every template; counted only where a desk page shows it."""
    return {"nav": SimpleLazyObject(lambda: _sections(request))}


def _sections(request: HttpRequest) -> list[list[dict]]:
    if not getattr(request, "user", None) or not request.user.is_authenticated or not request.user.is_colleague:
        return []
    counts = _counts(request.user)
    return [
        [
            _entry("now", _("Now"), "desk", key="g n", count=counts["due"] + counts["unanswered"]),
            _entry("queue", _("Queue"), "queue", key="g q", count=counts["open"]),
            _entry("triage", _("Triage"), "triage", key="g t", count=counts["untriaged"]),
            _entry("escalations", _("Escalations"), "escalations", key="g e", count=counts["escalated"]),
        ],
        [
            _entry("search", _("Search"), "search", key="g s"),
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
    return {
        "name": name,
        "label": label,
        "href": reverse(page),
        "key": key,
        "count": f"{MANY - 1}+" if count >= MANY else count,
    }


def _counts(actor: Any) -> dict[str, int]:
    """What waits behind each door, counted up to MANY, in one query however many cases there are."""
    cases = Case.objects.visible_to(actor).open().order_by()
    doors = {
        "due": now.due(actor),
        "unanswered": now.unanswered(actor),
        "open": cases,
        "untriaged": cases.filter(stage__in=[Stage.SUBMIT, Stage.INTAKE]),
        "escalated": cases.filter(stage=Stage.ESCALATE),
    }
    counted = User.objects.filter(pk=actor.pk).values_list(*(_first(behind) for behind in doors.values())).get()
    return {name: len(found) for name, found in zip(doors, counted, strict=True)}


def _first(cases: QuerySet[Case]) -> ArraySubquery:
    return ArraySubquery(cases.values("pk")[:MANY])
