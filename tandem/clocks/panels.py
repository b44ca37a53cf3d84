from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.clocks import explain, keeping
from tandem.clocks.explain import Because
from tandem.clocks.forms import WaitForm
from tandem.clocks.models import Clock
from tandem.clocks.models.wait import Wait
from tandem.clocks.replaying import replay
from tandem.escalate import lists
from tandem.escalate import panels as escalations
from tandem.escalate.models import Escalation
from tandem.kit import clock

MOST = 12


def explained(case: Case, actor: Any, *, most: int = MOST) -> list[tuple[Clock, list[Because]]]:
    """The clocks of a case, what still stands first, and why each is due when it is."""
    rows = Clock.objects.visible_to(actor).filter(case=case).select_related("escalation__team", "version__policy")
    found = {keeping.key_of(row): row for row in sorted(rows.order_by("-started_at", "-pk")[:most], key=_place)}
    played, now = replay(case), int(clock.now().timestamp())
    runs = [run for run in played.history.runs if (run.kind, run.seq, run.team or None) in found]
    because = {keeping.key(told): explain.lines(told, now) for told in played.of(runs)}
    return [(row, because.get(key, [])) for key, row in found.items()]


def _place(row: Clock) -> tuple:
    has_ended = bool(row.met_at or row.withdrawn_at)
    return has_ended, row.due_at is None, row.due_at or row.started_at


def _clocks(case: Case, actor: Any) -> dict:
    return {
        "clocks": explained(case, actor),
        "wait": Wait.objects.visible_to(actor).standing().filter(case=case).select_related("begun_by").first(),
        "form": WaitForm(),
    }


clocks = Panel(
    "clock",
    "clocks/clock/_panel.html",
    _clocks,
    hears=("wait", "message", "update", "ball", "escalation", "closure", "assessment"),
)


def of_team(escalation: Escalation) -> list[dict[str, Any]]:
    """The clock of the team, on the page of what it is asked."""
    rows = Clock.objects.filter(escalation=escalation).standing().by_due()
    return [
        {"label": row.get_kind_display(), "due": row.due_at, "is_late": row.is_late, "value": _still(row)}
        for row in rows
    ]


def due_by_team(found: list[Escalation]) -> dict[int, datetime]:
    rows = Clock.objects.filter(escalation__in=found, due_at__isnull=False).standing().order_by("-due_at")
    return {row.escalation_id: row.due_at for row in rows if row.escalation_id and row.due_at}


def _still(row: Clock) -> str:
    return _("stands still: {why}").format(why=row.get_paused_why_display() or row.trouble)


escalations.BESIDE.append(of_team)
lists.DUE.append(due_by_team)
