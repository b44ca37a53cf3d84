from typing import Any

from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.organize import forms
from tandem.organize.models import Snooze

PAST = 10


def _snooze(case: Case, actor: Any) -> dict:
    """Whether it sleeps, what woke it before, and how long it could."""
    rows = Snooze.objects.visible_to(actor).filter(case=case).select_related("begun_by")
    found = list(rows[: PAST + 1])
    for row in found:
        row.case = case
    return {
        "standing": next((row for row in found if row.ended_at is None), None),
        "past": [row for row in found if row.ended_at],
        "form": forms.SnoozeForm(),
    }


snooze = Panel("snooze", "organize/snooze/_panel.html", _snooze, hears=("promise", "closure"))
