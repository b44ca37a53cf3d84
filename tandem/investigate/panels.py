from typing import Any

from django.db.models import QuerySet

from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.intake.models import Question
from tandem.investigate import board as boards
from tandem.investigate.forms import AttemptForm, EvidenceForm, HypothesisForm, QuestionForm
from tandem.investigate.models import Attempt, Evidence, Hypothesis
from tandem.kit import prepared
from tandem.people.models import User

MOST = 100


def current_hypothesis(case: Case) -> Hypothesis | None:
    """What we think it is, for the strip: confirmed, else being tested, else the newest idea."""
    return Hypothesis.objects.of(case).current()


def attempts_on(case: Case, actor: Any, *, only_failed: bool = False) -> dict:
    return {
        "attempts": _attempts(actor.role, only_failed, case=case.pk),
        "only_failed": only_failed,
        "form": AttemptForm(case=case, actor=actor),
    }


@prepared.found
def _attempts(role: str, only_failed: bool, *, case: int) -> QuerySet[Attempt]:
    rows = Attempt.objects.visible_to(User(role=role)).of(Case(pk=case)).select_related("done_by", "hypothesis")
    return (rows.did_not_help() if only_failed else rows)[:MOST]


def _board(case: Case, actor: Any) -> dict:
    told = boards.timed(
        boards.read(case, evidence=Evidence.objects.visible_to(actor), questions=Question.objects.visible_to(actor))
    )
    return {
        **told,
        "loose": [row for row in told["evidence"] if row["hypothesis"] is None],
        "hypothesis_form": HypothesisForm(),
        "evidence_form": EvidenceForm(case=case),
        "question_form": QuestionForm(case=case, actor=actor),
    }


attempts = Panel("attempts", "investigate/attempt/_panel.html", attempts_on, hears=("attempt",))
board = Panel("board", "investigate/board/_panel.html", _board, hears=("hypothesis", "evidence", "question"))
