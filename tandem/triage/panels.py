from typing import Any

from tandem.cases.http import Panel
from tandem.cases.journey import Stage, is_before
from tandem.cases.models import Case
from tandem.communicate.models import Kind
from tandem.people.models import User
from tandem.triage.forms import AcknowledgmentForm, AssessmentForm, DeclineForm, HandOffForm, OwnersForm
from tandem.triage.models import Part
from tandem.triage.words import acknowledgment as first_words

MOST_COLLEAGUES = 500


def colleagues() -> list[User]:
    return list(User.objects.colleagues()[:MOST_COLLEAGUES])


def _assessment(case: Case, actor: Any) -> dict:
    standing = case.assessments.standing().select_related("judged_by").first()
    return {"assessment": standing, "form": AssessmentForm.of(case, standing)}


def _owners(case: Case, actor: Any) -> dict:
    standing = {
        assignment.part: assignment for assignment in case.assignments.standing().select_related("to", "given_by")
    }
    both = len(standing) == len(Part)
    return {
        "parts": [(part, standing.get(part)) for part in Part],
        "may_begin": both and is_before(case.stage, Stage.INVESTIGATE),
        "form": OwnersForm.of(case, colleagues()),
    }


def _handoff(case: Case, actor: Any) -> dict:
    handed = case.handoffs.knowing(actor).select_related("to_team", "handed_by", "accepted_by", "declined_by")
    return {"handoff": handed.order_by("-pk").first(), "form": HandOffForm(), "decline_form": DeclineForm()}


def _acknowledgment(case: Case, actor: Any) -> dict:
    sent = case.updates.filter(kind=Kind.ACKNOWLEDGMENT).select_related("sent_by").first()
    return {"sent": sent, "form": AcknowledgmentForm(initial={"text": first_words(case, actor)})}


assessment = Panel("assessment", "triage/assessment/_panel.html", _assessment, hears=("case", "closure"))
owners = Panel("owners", "triage/owners/_panel.html", _owners, hears=("assignment", "case"))
handoff = Panel("handoff", "triage/handoff/_panel.html", _handoff)
acknowledgment = Panel(
    "acknowledgment", "triage/acknowledgment/_panel.html", _acknowledgment, hears=("update", "assessment")
)
