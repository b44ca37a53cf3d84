"""The case page is this list, read from top to bottom."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.automate import panels as automate
from tandem.cases import panels as cases
from tandem.cases.http import Panel
from tandem.cases.journey import ORDER, Stage
from tandem.cases.models import Case
from tandem.cases.privacy import panels as privacy
from tandem.clocks import panels as clocks
from tandem.close import panels as close
from tandem.communicate import panels as communicate
from tandem.desk import glance
from tandem.escalate import panels as escalate
from tandem.intake import panels as intake
from tandem.investigate import panels as investigate
from tandem.learn import panels as learn
from tandem.measure import panels as measure
from tandem.notify import panels as notify
from tandem.organize import glances as organize_glances
from tandem.organize import panels as organize
from tandem.queue.rows import place, turn
from tandem.resolve import panels as resolve
from tandem.status import panels as status
from tandem.submit import panels as submit
from tandem.triage import panels as triage

SUBMIT, INTAKE, TRIAGE, INVESTIGATE, ESCALATE, RESOLVE, CLOSE = ORDER


class Beside(NamedTuple):
    """A panel beside the conversation: open at some stages, folded to one line at all others."""

    panel: Panel
    title: str | Promise
    open_at: tuple[Stage, ...] = ()
    address: str = ""  # the name of its address where that is not its own name
    key: str = ""


TALK: list[Panel] = [communicate.conversation]
BESIDE: list[Beside] = [
    Beside(communicate.promise, gettext_lazy("Promise")),
    Beside(clocks.clocks, gettext_lazy("Clocks")),
    Beside(triage.assessment, gettext_lazy("Assessment"), (SUBMIT, TRIAGE)),
    Beside(triage.owners, gettext_lazy("Owners"), (TRIAGE,), key="a"),
    Beside(triage.acknowledgment, gettext_lazy("First answer"), (SUBMIT, TRIAGE)),
    Beside(triage.handoff, gettext_lazy("Hand-off")),
    Beside(automate.macros, gettext_lazy("Macros"), key="m"),
    Beside(organize.tags, gettext_lazy("Tags"), key="l"),
    Beside(organize.snooze, gettext_lazy("Snooze"), key="d"),
    Beside(intake.facts, gettext_lazy("Facts"), (SUBMIT, INTAKE, TRIAGE, INVESTIGATE, ESCALATE)),
    Beside(intake.collections, gettext_lazy("Systems asked")),
    Beside(intake.readback, gettext_lazy("Read-back"), (INTAKE,)),
    Beside(intake.questions, gettext_lazy("Questions"), (SUBMIT, INTAKE)),
    Beside(intake.readings, gettext_lazy("Replies read")),
    Beside(status.around, gettext_lazy("Around the time"), (ESCALATE,)),
    Beside(intake.evidence, gettext_lazy("Evidence first"), address="evidence_first"),
    Beside(investigate.attempts, gettext_lazy("What was tried"), (INVESTIGATE, ESCALATE, RESOLVE)),
    Beside(investigate.board, gettext_lazy("Board"), (INVESTIGATE,)),
    Beside(escalate.escalation, gettext_lazy("Engineering"), (ESCALATE,), "case_escalation", key="e"),
    Beside(resolve.workaround, gettext_lazy("Workaround"), (RESOLVE,), address="workarounds"),
    Beside(resolve.resolution, gettext_lazy("Resolution"), (RESOLVE, CLOSE)),
    Beside(measure.time, gettext_lazy("Time")),
    Beside(organize.fields, gettext_lazy("Fields"), key="f"),
    Beside(organize.tasks, gettext_lazy("Tasks"), key="t"),
    Beside(organize.children, gettext_lazy("Parent and children")),
    Beside(close.closure, gettext_lazy("Closing"), (CLOSE,)),
    Beside(learn.article, gettext_lazy("Article"), (CLOSE,), address="case_article"),
]
RARE: list[Beside] = [
    Beside(communicate.call, gettext_lazy("Log a call")),
    Beside(cases.participants, gettext_lazy("People at the customer")),
    Beside(submit.submission, gettext_lazy("How it came in")),
    Beside(cases.others, gettext_lazy("Other cases")),
    Beside(notify.watching, gettext_lazy("Watching")),
    Beside(privacy.hidden, gettext_lazy("Hidden and erased")),
    Beside(cases.history, gettext_lazy("History")),
]


def drawn(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What is said, and beside it: what matters at this stage, the other panels in a line each, those rarely used."""
    told = glance.read(case, request.user)
    lines = glance.lines(case, told)
    folds = [_fold(request, case, beside, lines) for beside in [*BESIDE, *RARE]]
    everyday = folds[: len(BESIDE)]
    return {
        "hold": intake.hold.drawn(request, case) if told["holds"] else None,
        "talk": [panel.drawn(request, case) for panel in TALK],
        "open": [fold for fold in everyday if fold["open"]],
        "folded": [fold for fold in everyday if not fold["open"]],
        "rare": folds[len(BESIDE) :],
        **strip(case, request.user, told),
    }


def glances(case: Case, actor: Any) -> list[dict[str, Any]]:
    """The line of every panel, as it is now."""
    lines = glance.lines(case, glance.read(case, actor))
    return [_line(beside, lines) for beside in [*BESIDE, *RARE]]


def address(beside: Beside, case: Case) -> str:
    """Where the panel is found by itself."""
    return reverse(beside.address or beside.panel.name, args=[case.number])


def _fold(request: HttpRequest, case: Case, beside: Beside, lines: dict[str, glance.Line]) -> dict[str, Any]:
    is_open = case.stage in beside.open_at or request.GET.get("open") == beside.panel.name
    return {
        **_line(beside, lines),
        "open": is_open,
        "src": address(beside, case),
        "body": beside.panel.drawn(request, case) if is_open else None,
    }


def _line(beside: Beside, lines: dict[str, glance.Line]) -> dict[str, Any]:
    panel = beside.panel
    line = lines.get(panel.name, glance.Line(""))
    told = {"says": line.says, "tone": line.tone, "key": beside.key}
    return {"name": panel.name, "title": beside.title, "hears": panel.hears, **told}


def strip(case: Case, actor: Any, told: glance.Told | None = None) -> dict[str, Any]:
    """What stands at the head of the case, whatever else one reads."""
    told = told or glance.read(case, actor)
    return {
        "case": case,
        "watches_it": any(watch["watched_by"] == actor.pk for watch in told["watches"]),
        "where": place(case),
        "stages": stages(case),
        "ball": _ball(case) if case.is_open else _("nobody"),
        "mine": case.is_open and case.ball_with == actor.pk,
        "think": glance.think(told),
        "tags": organize_glances.tags(told),
        "snoozed": organize_glances.snoozed(case, told),
    }


def _ball(case: Case) -> str:
    holder, team = case.ball_holder, case.ball_team
    return turn(case.ball, case.reporter.name, holder.name if holder else None, team.name if team else None)


def stages(case: Case) -> list[dict[str, str]]:
    here = ORDER.index(Stage(case.stage))
    return [
        {"label": str(stage.label), "state": "done" if place < here else "here" if place == here else "ahead"}
        for place, stage in enumerate(ORDER)
    ]
