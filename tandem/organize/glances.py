"""What the panels of this room say of themselves in a line, from rows that are read together with those of all others."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.kit import say
from tandem.organize import waking
from tandem.organize.models import Snooze

Told = dict[str, list[dict[str, Any]]]
Says = Callable[[Case, Told], tuple[str, str]]


def rows(case: Case, actor: Any) -> dict[str, QuerySet]:
    snoozes = Snooze.objects.visible_to(actor).filter(case=case)
    return {"snoozes": snoozes.values("until", "on", "ended_at", "ended_why", "ended_name")[:1]}


def snoozed(case: Case, told: Told) -> str:
    """Until when or what it sleeps; nothing if it is awake."""
    newest = next(iter(told["snoozes"]), None)
    if newest is None or newest["ended_at"]:
        return ""
    return waking.until(_at(newest["until"]), newest["on"], case.reporter.first_name)


def _snooze(case: Case, told: Told) -> tuple[str, str]:
    if sleeps := snoozed(case, told):
        return sleeps, ""
    if not told["snoozes"]:
        return _("awake"), ""
    newest = told["snoozes"][0]
    why = waking.woke(newest["ended_why"], newest["ended_name"])
    return _("woke {at}: {why}").format(at=say.moment(_at(newest["ended_at"])), why=why), ""


def _at(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


LINES: dict[str, Says] = {"snooze": _snooze}
