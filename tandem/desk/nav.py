"""The way around the desk, with what waits behind each door."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet
from tandem.desk import now
from tandem.kit import prepared
from tandem.kit.addresses import url
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
            _entry("now", _("Now"), "desk", key="g n", count=counts["pressing"]),
            _entry("queue", _("Queue"), "queue", key="g q"),
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
        "href": url(page),
        "key": key,
        "count": f"{MANY - 1}+" if count >= MANY else count,
    }


def _counts(actor: Any) -> dict[str, int]:
    """What waits behind each door, in one query however many cases there are."""
    waiting = _waiting(actor.role, me=actor.pk, soon=now.soon())
    return waiting | {"pressing": waiting["own"] + waiting["team"] + waiting.get("free", 0)}


def _doors(role: str, *, me: int, soon: datetime) -> dict[str, CaseQuerySet]:
    actor = User(pk=me, role=role)
    cases = Case.objects.visible_to(actor).filter(merged_into=None).order_by()
    return now.pressing(actor, soon) | {
        "untriaged": cases.filter(stage__in=[Stage.SUBMIT, Stage.INTAKE]),
        "escalated": cases.filter(stage=Stage.ESCALATE),
    }


_waiting = prepared.counted(_doors, most=MANY)
