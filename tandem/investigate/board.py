"""An investigation in one read, as plain values: for the board, and for packages that travel."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from tandem.cases.models import Case
from tandem.intake.models.question import QuestionQuerySet
from tandem.investigate.models import Attempt, Hypothesis
from tandem.investigate.models.evidence import EvidenceQuerySet

MOST = 100

HYPOTHESIS = JSONObject(
    id="pk", text="text", state="state", because="because", proposed_by="proposed_by__name", proposed_at="proposed_at"
)
EVIDENCE = JSONObject(
    hypothesis="hypothesis_id",
    bearing="bearing",
    text="text",
    link="link",
    source="source",
    audience="audience",
    added_by="added_by__name",
    taken_at="taken_at",
)
ATTEMPT = JSONObject(
    what="what",
    target="target",
    outcome="outcome",
    effect="effect",
    hypothesis="hypothesis_id",
    reversible="reversible",
    still_in_place="still_in_place",
    needed="needed",
    done_by="done_by__name",
    done_at="done_at",
)
QUESTION = JSONObject(text="text", asked_of="asked_of__name", asked_by="asked_by__name", asked_at="asked_at")


Board = dict[str, list[dict[str, Any]]]


def read(case: Case, *, evidence: EvidenceQuerySet, questions: QuestionQuerySet) -> Board:
    """What stands on the board of a case, in one query: {"hypotheses", "evidence", "attempts", "questions"}.

    Rows are as the objects above name their values, times ISO text. `evidence` and `questions` are all the reader may see.
    """
    rows = {
        "hypotheses": _rows(Hypothesis.objects.of(case).by_weight(), HYPOTHESIS),
        "evidence": _rows(evidence.of(case).order_by("taken_at", "pk"), EVIDENCE),
        "attempts": _rows(Attempt.objects.of(case).order_by("done_at", "pk"), ATTEMPT),
        "questions": _rows(questions.of(case).waiting().order_by("asked_at", "pk"), QUESTION),
    }
    return dict(zip(rows, Case.objects.filter(pk=case.pk).values_list(*rows.values()).get(), strict=True))


def _rows(rows: QuerySet, shape: JSONObject) -> ArraySubquery:
    return ArraySubquery(rows[:MOST].values(row=shape))


def timed(told: Any) -> Any:
    """The same values, every text whose name ends in `_at` made a time again."""
    if isinstance(told, list):
        return [timed(value) for value in told]
    if isinstance(told, dict):
        return {name: _time(value) if name.endswith("_at") else timed(value) for name, value in told.items()}
    return told


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
