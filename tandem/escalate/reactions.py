from tandem.cases.ledger import on
from tandem.cases.models import Event
from tandem.escalate import collecting
from tandem.escalate.models import Escalation
from tandem.intake.models import Question


@on("question.answered", "question.withdrawn")
def give_the_ball_back_to_who_asked(event: Event) -> None:
    for escalation in Escalation.objects.filter(questions_asked=event.facts["question"]):
        escalation.resume(by=event.by)


@on("question.answered")
def keep_what_a_colleague_found_out(event: Event) -> None:
    collecting.keep_as_fact(Question.objects.get(pk=event.facts["question"]))


@on("assessment.judged")
def ask_for_what_was_missing_last_time(event: Event) -> None:
    """Only now is the realm known."""
    case = event.case
    if case.realm and case.is_open and (colleague := case.customer_owner or event.by):
        collecting.ask_for_what_was_missing(case, of=colleague)


@on("case.entered_close")
def take_back_what_is_still_asked(event: Event) -> None:
    for escalation in event.case.escalations.open():
        escalation.withdraw(by=event.by)
