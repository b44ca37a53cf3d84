from tandem.cases.ledger import on
from tandem.cases.models import Event
from tandem.escalate.models import Escalation


@on("question.answered", "question.withdrawn")
def give_the_ball_back_to_who_asked(event: Event) -> None:
    for escalation in Escalation.objects.filter(questions_asked=event.facts["question"]):
        escalation.resume(by=event.by)


@on("case.entered_close")
def take_back_what_is_still_asked(event: Event) -> None:
    for escalation in event.case.escalations.open():
        escalation.withdraw(by=event.by)
