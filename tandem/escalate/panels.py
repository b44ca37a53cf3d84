from collections.abc import Callable
from typing import Any

from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.escalate import package
from tandem.escalate.forms import AskForm, HandBackForm, ReturnForm
from tandem.escalate.models import Escalation, EscalationState

MOST = 5
BESIDE: list[Callable[[Escalation], list[dict[str, Any]]]] = []
"""What later rooms know of an escalation, as rows of its page: `{"label", "value"}`, or `{"label", "due", "is_late"}`."""


def _escalation(case: Case, actor: Any) -> dict:
    rows = Escalation.objects.visible_to(actor).filter(case=case).defer("package")
    people = ["team", "requested_by", "accepted_by", "returned_by", "handed_back_by", "hand_back_card__acknowledged_by"]
    found = list(rows.select_related(*people)[:MOST])
    current = [row for row in found if row == found[0] or row.is_open or row.awaits_support]
    return {"current": current, "earlier": [row for row in found if row not in current]}


escalation = Panel("escalation", "escalate/escalation/_panel.html", _escalation)


def page(escalation: Escalation, actor: Any) -> dict[str, Any]:
    """All the page of an escalation shows; `told` is its package, the forms are those this person may use."""
    return {
        "escalation": escalation,
        "case": escalation.case,
        "told": package.read(escalation.package),
        "questions": escalation.questions_asked.select_related("asked_of", "answered_by"),
        "beside": [row for tell in BESIDE for row in tell(escalation)],
        **_forms(escalation, actor),
    }


def _forms(escalation: Escalation, actor: Any) -> dict[str, Any]:
    answers = escalation.is_open and escalation.may_be_answered_by(actor)
    takes_back = escalation.awaits_support and escalation.may_be_taken_back_by(actor)
    return {
        "may_accept": answers and escalation.state == EscalationState.REQUESTED,
        "return_form": ReturnForm(escalation=escalation)
        if answers and escalation.state == EscalationState.REQUESTED
        else None,
        "hand_back_form": HandBackForm() if answers and escalation.state == EscalationState.ACTIVE else None,
        "ask_form": AskForm() if answers or takes_back else None,
        "may_take_back": takes_back,
    }
