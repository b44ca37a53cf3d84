"""The way around the desk, with what waits behind each door."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tandem.desk import alarms, among, now
from tandem.escalate.lists import waiting_for
from tandem.kit import clock, prepared
from tandem.kit.addresses import url
from tandem.notify.models import Notice
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.triage.page import unjudged

MANY = 100


def nav(request: HttpRequest) -> dict[str, Any]:
    """For every template; looked up only where a desk page asks for it: `nav()`, `alarms()`, `bell()`, `among(case)`."""
    return {
        "nav": lambda: _sections(request),
        "alarms": lambda: alarms.sounding(request),
        "bell": lambda: _bell(request),
        "among": lambda case: among.of(request, case),
    }


class Entry(NamedTuple):
    name: str
    label: str
    href: str
    key: str = ""
    waiting: str = ""
    needs: Can | None = None
    """Who may not has no way there."""


Sections = tuple[tuple[Entry, ...], ...]


def _sections(request: HttpRequest) -> Sections:
    if not (reader := _colleague(request)):
        return ()
    first, *others = doors(reader)
    counts = _counts(request)
    return (tuple(door._replace(waiting=_told(counts.get(door.name, 0))) for door in first), *others)


def doors(actor: Any) -> Sections:
    """The pages this person has a way to."""
    return _doors_in(get_language(), actor.role)


def _bell(request: HttpRequest) -> dict[str, str] | None:
    """What this person has been told and has not read."""
    if not _colleague(request):
        return None
    count = _told(_counts(request).get("notices", 0))
    reading, src = url("notice_reading"), url("bell")
    return {"count": count, "href": url("notices"), "latest": url("notices_latest"), "reading": reading, "src": src}


def _colleague(request: HttpRequest) -> Any:
    user: Any = getattr(request, "user", None)
    return user if user and user.is_authenticated and user.is_colleague else None


@cache
def _doors_in(language: str, role: str) -> Sections:
    """The last of them is what one sets up."""
    may = User(role=role).may
    sections = tuple(tuple(door for door in doors if not door.needs or may(door.needs)) for doors in _all_doors())
    return tuple(doors for doors in sections if doors)


def _all_doors() -> Sections:
    return (
        (
            Entry("now", _("Now"), url("desk"), "g n"),
            Entry("queue", _("Queue"), url("queue"), "g q"),
            Entry("triage", _("Triage"), url("triage"), "g t", needs=Can.STEER),
            Entry("escalations", _("Escalations"), url("escalations"), "g e"),
        ),
        (
            Entry("search", _("Search"), url("search"), "g s"),
            Entry("drafts", _("Drafts"), url("drafts"), "g d"),
            Entry("accounts", _("Customers"), url("accounts"), "g u"),
            Entry("components", _("Components"), url("components"), "g c"),
            Entry("knowledge", _("Knowledge"), url("knowledge"), "g k"),
            Entry("quarantine", _("Quarantine"), url("quarantine"), needs=Can.SORT_MAIL),
        ),
        (
            Entry("process", _("Process"), url("process"), "g p"),
            Entry("goals", _("Goals"), url("goals"), "g g"),
        ),
        (
            Entry("policies", _("Service levels"), url("policies")),
            Entry("automation", _("Automation"), url("automation"), "g a"),
            Entry("templates", _("Reply templates"), url("templates")),
            Entry("tags", _("Tags"), url("tags")),
            Entry("fields", _("Fields"), url("fields")),
            Entry("task_lists", _("Task lists"), url("task_lists")),
            Entry("report_templates", _("Report templates"), url("report_templates")),
            Entry("people", _("People"), url("people"), needs=Can.ADMINISTER),
            Entry("teams", _("Teams"), url("teams"), needs=Can.ADMINISTER),
            Entry("widget_keys", _("Widget keys"), url("widget_keys"), needs=Can.ADMINISTER),
            Entry("mailboxes", _("Mailboxes"), url("mailboxes"), needs=Can.ADMINISTER),
            Entry("collectors", _("Collectors"), url("collectors"), needs=Can.ADMINISTER),
            Entry("hooks", _("Hooks"), url("hooks"), needs=Can.ADMINISTER),
            Entry("settings_file", _("Settings as a file"), url("settings_file"), needs=Can.ADMINISTER),
        ),
    )


def _told(count: int) -> str:
    return f"{MANY - 1}+" if count >= MANY else str(count or "")


def _counts(request: HttpRequest) -> dict[str, int]:
    """What waits behind each door by its name, in one query for a page, however many cases there are."""
    if (kept := getattr(request, "counts_of_doors", None)) is None:
        actor: Any = request.user
        waiting = _waiting(actor.role, me=actor.pk, at=clock.now(), **now.within())
        kept = waiting | {"now": sum(count for name, count in waiting.items() if name not in OTHER_DOORS)}
        request.counts_of_doors = kept  # type: ignore[attr-defined]
    return kept


OTHER_DOORS = ("triage", "escalations", "notices")


def _behind(role: str, *, me: int, soon: datetime, near: datetime, at: datetime) -> dict[str, QuerySet]:
    actor = User(pk=me, role=role)
    return now.pressing(actor, soon=soon, near=near) | {
        "triage": unjudged(actor).order_by(),
        "escalations": waiting_for(actor).order_by(),
        "notices": Notice.objects.visible_to(actor).unread(at),
    }


_waiting = prepared.counted(_behind, most=MANY)
