"""What the panel of clocks says of itself in a line, from rows that are read together with those of all others."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.clocks.models import Clock
from tandem.clocks.terms import Kind, Reason
from tandem.kit import clock, say

Told = dict[str, list[dict[str, Any]]]


def rows(case: Case, actor: Any) -> dict[str, QuerySet]:
    standing = Clock.objects.visible_to(actor).filter(case=case).standing().by_due()
    return {"clocks": standing.values("kind", "due_at", "paused_why")[:1]}


def _clock(case: Case, told: Told) -> tuple[str, str]:
    if not told["clocks"]:
        return _("none runs"), ""
    first = told["clocks"][0]
    kind = Kind(first["kind"]).label
    if not first["due_at"]:
        why = Reason(first["paused_why"]).label if first["paused_why"] else _("not due")
        return _("{kind}: {why}").format(kind=kind, why=why), ""
    due_at = datetime.fromisoformat(first["due_at"])
    is_late = due_at < clock.now()
    return _("{kind} {due}").format(kind=kind, due=say.by(due_at)), "broken" if is_late else ""


LINES = {"clock": _clock}
