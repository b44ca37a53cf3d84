"""What intake does when it hears of something."""

from tandem.cases.journey import Stage
from tandem.cases.ledger import on
from tandem.cases.models import Event
from tandem.intake import turn
from tandem.intake.models import Source


@on("case.opened")
def gather_what_is_known(event: Event) -> None:
    """What account and environment say need not be asked."""
    case = event.case
    case.facts.measure()
    if case.stage == Stage.SUBMIT:
        case.enter(Stage.INTAKE, by=None)


@on("question.answered", "question.withdrawn", "readback.answered")
def give_the_ball_back_where_it_is_read(event: Event) -> None:
    """What was asked on a case merged since is answered there; the turn is known where both are read."""
    if event.case.merged_into:
        turn.give_back(event.case.merged_into, by=event.by)


@on("submission.landed")
def hear_what_the_form_told(event: Event) -> None:
    """What the reporter wrote into the lines of the form is what they told us; what their program saw is measured."""
    event.case.facts.hear(event.facts.get("answers") or {}, by=event.by)
    for key, value in (event.facts.get("measured") or {}).items():
        event.case.facts.note(key, value, by=None, source=Source.MEASURED)
