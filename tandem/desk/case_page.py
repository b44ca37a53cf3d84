"""The case page is this list, read from top to bottom."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tandem.cases import panels as cases
from tandem.cases.http import Panel
from tandem.cases.journey import ORDER, Stage
from tandem.cases.models import Case
from tandem.desk.rows import ball, has_ball, place


def _present(names: list[str]) -> list[Panel]:
    from importlib import import_module

    found = []
    for name in names:
        room, noun = name.split(".")
        try:
            found.append(getattr(import_module(f"tandem.{room}.panels"), noun))
        except (ImportError, AttributeError):
            pass
    return found


TALK: list[Panel] = _present(["communicate.conversation"])
BESIDE: list[Panel] = _present(
    [
        "communicate.promise",
        "triage.assessment",
        "triage.owners",
        "triage.acknowledgment",
        "intake.facts",
        "intake.readback",
        "intake.questions",
        "signals.around",
        "investigate.attempts",
        "investigate.board",
        "escalate.escalation",
        "resolve.workaround",
        "resolve.resolution",
        "close.closure",
        "learn.article",
        "triage.handoff",
        "cases.participants",
        "submit.submission",
        "cases.merge",
        "cases.history",
    ]
)


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
