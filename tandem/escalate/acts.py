"""Asking engineering, by name."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.cases.acts import ChangedSince, Undo, act, undoes
from tandem.cases.acts.fields import TeamOf
from tandem.cases.journey import ROADS
from tandem.cases.models import Case
from tandem.escalate.models.state import EscalationState
from tandem.people.models import Team
from tandem.people.roles import Can


@act(
    "escalate",
    _("Escalate to a team"),
    _("ask {team}: {asking}"),
    needs=Can.STEER,
    asks={
        "team": TeamOf(Team.Kind.ENGINEERING),
        "asking": forms.CharField(label=_("The exact question"), max_length=2000, widget=forms.Textarea),
    },
)
def escalate(case: Case, *, by: Any, team: Team, asking: str) -> Undo:
    was = case.lock().stage
    return {"escalation": case.escalations.raise_to(team, by=by, asking=asking).pk, "was": was}


@undoes("escalate")
def withdraw(case: Case, *, by: Any, told: Undo) -> None:
    case.lock()
    escalation = case.escalations.select_related("case", "team").get(pk=told["escalation"])
    if escalation.state != EscalationState.REQUESTED:
        raise ChangedSince
    escalation.withdraw(by=by)
    if told["was"] in ROADS[case.lock().stage]:
        case.enter(told["was"], by=by)
