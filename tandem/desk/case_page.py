"""The case page is this list, read from top to bottom."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tandem.cases import panels as cases
from tandem.cases.http import Panel
from tandem.cases.journey import ORDER, Stage
from tandem.cases.models import Case
from tandem.close import panels as close
from tandem.communicate import panels as communicate
from tandem.desk.rows import ball, has_ball, place
from tandem.escalate import panels as escalate
from tandem.intake import panels as intake
from tandem.investigate import panels as investigate
from tandem.learn import panels as learn
from tandem.resolve import panels as resolve
from tandem.signals import panels as signals
from tandem.submit import panels as submit
from tandem.triage import panels as triage

TALK: list[Panel] = [communicate.conversation]
BESIDE: list[Panel] = [
    communicate.promise,
    triage.assessment,
    triage.owners,
    intake.facts,
    intake.readback,
    intake.questions,
    signals.around,
    investigate.attempts,
    investigate.board,
    escalate.escalation,
    resolve.workaround,
    resolve.resolution,
    close.closure,
    learn.article,
    triage.handoff,
    cases.participants,
    submit.submission,
    cases.merge,
    cases.history,
]


def drawn(request: HttpRequest, case: Case) -> dict[str, Any]:
    return {
        "talk": [panel.drawn(request, case) for panel in TALK],
        "beside": [panel.drawn(request, case) for panel in BESIDE],
    }


def strip(case: Case, actor: Any) -> dict[str, Any]:
    """What stands at the head of the case, whatever else one reads."""
    return {
        "case": case,
        "where": place(case),
        "stages": stages(case),
        "ball": ball(case) if case.is_open else _("nobody"),
        "mine": case.is_open and has_ball(case, actor),
    }


def stages(case: Case) -> list[dict[str, str]]:
    here = ORDER.index(Stage(case.stage))
    return [
        {"label": stage.label, "state": "done" if place < here else "here" if place == here else "ahead"}
        for place, stage in enumerate(ORDER)
    ]
