from typing import Any

from tandem.cases.forms import MergeForm, ParticipantForm
from tandem.cases.http import Panel
from tandem.cases.models import Case, Event

HISTORY_LINES = 200


def _merge(case: Case, actor: Any) -> dict:
    return {"merge": case.merges.standing().select_related("target").first(), "form": MergeForm()}


def _participants(case: Case, actor: Any) -> dict:
    return {"participants": case.participants.standing().select_related("user"), "form": ParticipantForm()}


def _history(case: Case, actor: Any) -> dict:
    events = Event.objects.visible_to(actor).filter(case=case).select_related("by").order_by("-seq")
    return {"events": events[:HISTORY_LINES]}


merge = Panel("merge", "cases/merge/_panel.html", _merge, hears=("case",))
participants = Panel("participants", "cases/participant/_panel.html", _participants, hears=("participant",))
history = Panel("history", "cases/event/_panel.html", _history)
