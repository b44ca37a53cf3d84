"""What intake does when it hears of something."""

from tandem.cases.journey import Stage
from tandem.cases.ledger import on
from tandem.cases.models import Event, Message
from tandem.intake import program, turn
from tandem.intake.models import Source


@on("case.opened")
def gather_what_is_known(event: Event) -> None:
    """What account and environment say need not be asked."""
    case = event.case
    case.facts.measure()
    case.collections.begin()
    if case.stage == Stage.SUBMIT:
        case.enter(Stage.INTAKE, by=None)


@on("question.answered", "question.withdrawn", "readback.answered")
def give_the_ball_back_where_it_is_read(event: Event) -> None:
    """What was asked on a case merged since is answered there; the turn is known where both are read."""
    if event.case.merged_into:
        turn.give_back(event.case.merged_into, by=event.by)


@on("case.merged")
def ask_where_it_is_read(event: Event) -> None:
    """They are asked on the other from now on, and it is their turn there."""
    if event.case.merged_into:
        turn.take_over(event.case.merged_into, event.case, by=event.by)


@on("case.gave_back", "case.unmerged")
def nothing_is_asked_here_any_more(event: Event) -> None:
    """What was asked went home with the case it was asked on, or was answered while both were read as one."""
    turn.give_back(event.case, by=event.by)


@on("submission.landed")
def hear_what_the_form_told(event: Event) -> None:
    """What the reporter wrote into the lines of the form is what they told us; what their program saw is measured."""
    event.case.facts.hear(event.facts.get("answers") or {}, by=event.by)
    for key, value in program.measured(event.facts.get("measured") or {}).items():
        event.case.facts.note(key, value, by=None, source=Source.MEASURED)


@on("assessment.judged")
def ask_who_knows_this_realm(event: Event) -> None:
    """Before its realm was known, only those were asked that know of every realm."""
    event.case.collections.begin(only=event.case.collections.missing())


@on("message.received")
def read_the_reply(event: Event) -> None:
    """Numbered answers in a reply are taken where they are plain and proven, and prepared for a person where not."""
    event.case.readings.hear(Message.objects.select_related("author__contact").get(pk=event.facts["message"]))
