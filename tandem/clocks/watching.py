"""Somebody is told before a clock breaks and when it broke: each once, and all of a case in one line of its ledger."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from tandem.cases.models import Case
from tandem.clocks import keeping
from tandem.clocks.models import Clock
from tandem.clocks.terms import OF_TEAM
from tandem.kit import clock
from tandem.people.models import User
from tandem.people.roles import Role

log = logging.getLogger(__name__)

AT_ONCE = 500


def watch() -> None:
    """However many watch at the same time. One case that cannot be reckoned does not keep the others from being watched."""
    due = Clock.objects.past_due() | Clock.objects.to_warn_of()
    for case in due.order_by("case_id").values_list("case_id", flat=True).distinct()[:AT_ONCE]:
        try:
            look_at(case)
        except Exception:
            log.exception("The clocks of case %s could not be looked at", case)


@transaction.atomic
def look_at(case_id: int) -> None:
    """As the ledger tells it now: what was answered in time, and is not heard of yet, is not broken."""
    now = clock.now()
    keeping.reckon(case_id, since=now)
    rows = Clock.objects.filter(case=case_id).select_related("case__customer_owner", "escalation__accepted_by")
    broken = list(rows.filter(pk__in=Clock.objects.past_due()).order_by("due_at", "pk"))
    soon = list(rows.filter(pk__in=Clock.objects.to_warn_of()).order_by("due_at", "pk"))
    _note(broken, "broken", now)
    _note(soon, "warned", now)


def _note(rows: list[Clock], past: str, now: datetime) -> None:
    if not rows:
        return
    for row in rows:
        if past == "broken":
            row.broken_at = row.due_at
        else:
            row.warned_at = now
    Clock.objects.bulk_update(rows, [f"{past}_at"])
    told = list(dict.fromkeys(pk for row in rows for pk in _who(row, past)))
    clocks = [
        {"kind": row.kind, "due_at": row.due_at and row.due_at.isoformat(), "escalation": row.escalation_id or 0}
        for row in rows
    ]
    rows[0].case.record(f"clock.{past}", clocks=clocks, told=told)


def _who(row: Clock, past: str) -> list[int]:
    """Who can still meet it: who has it, or the team; of what broke, managers too."""
    people = _of_team(row) if row.kind in OF_TEAM else _of_support(row.case)
    return [*people, *(_managers() if past == "broken" or not people else [])]


def _of_team(row: Clock) -> list[int]:
    escalation: Any = row.escalation
    if escalation.accepted_by_id:
        return [escalation.accepted_by_id]
    return list(escalation.team.members.filter(is_active=True).values_list("pk", flat=True))


def _of_support(case: Case) -> list[int]:
    return [case.customer_owner_id] if case.customer_owner_id else []


def _managers() -> list[int]:
    return list(User.objects.active().filter(role=Role.MANAGER).values_list("pk", flat=True))
