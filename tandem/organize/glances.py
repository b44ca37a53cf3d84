"""What the panels of this room say of themselves in a line, from rows that are read together with those of all others."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tandem.cases.models import Case, Link
from tandem.kit import clock, say
from tandem.organize import waking
from tandem.organize.models import FieldValue, Snooze, Tagging, Task

MOST = 100

Told = dict[str, list[dict[str, Any]]]
Says = Callable[[Case, Told], tuple[str, str]]


def rows(case: Case, actor: Any) -> dict[str, QuerySet]:
    def seen(model: Any) -> Any:
        return model.objects.visible_to(actor).filter(case=case)

    return {
        "snoozes": seen(Snooze).values("until", "on", "ended_at", "ended_why", "ended_name")[:1],
        "tags": seen(Tagging).standing().named().values("name")[:MOST],
        "filled": seen(FieldValue).standing().order_by("field__place", "pk").values("field__label")[:MOST],
        "tasks": seen(Task).open().values("due_at", "text")[:MOST],
        "children": Link.objects.to_parents().filter(other=case).order_by("pk").values("case__in_queue")[:MOST],
        "parents": Link.objects.to_parents().filter(case=case).order_by("pk").values("other__number")[:1],
    }


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


def tags(told: Told) -> list[str]:
    return [row["name"] for row in told["tags"]]


def _tags(case: Case, told: Told) -> tuple[str, str]:
    return ", ".join(tags(told)) or _("none"), ""


def _fields(case: Case, told: Told) -> tuple[str, str]:
    return ", ".join(row["field__label"] for row in told["filled"]) or _("nothing filled in"), ""


def _tasks(case: Case, told: Told) -> tuple[str, str]:
    if not told["tasks"]:
        return _("none open"), ""
    due = [at for row in told["tasks"] if (at := _at(row["due_at"]))]
    late = sum(at < clock.now() for at in due)
    count = _("{n} open").format(n=len(told["tasks"]))
    if late:
        return _("{open}, {n} late").format(open=count, n=late), "warn"
    return (_("{open}, next due {at}").format(open=count, at=say.moment(min(due))) if due else count), ""


def _children(case: Case, told: Told) -> tuple[str, str]:
    above = [_("below {number}").format(number=row["other__number"]) for row in told["parents"]]
    left = sum(row["case__in_queue"] for row in told["children"])
    below = [_("{n} below, {left} open").format(n=len(told["children"]), left=left)] if told["children"] else []
    return ", ".join([*above, *below]) or _("none"), ""


LINES: dict[str, Says] = {"snooze": _snooze, "tag": _tags, "field": _fields, "task": _tasks, "child": _children}
