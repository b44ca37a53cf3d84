"""What a team once returned an escalation for is asked for, by itself, in the next case of the same realm."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.escalate.models import Escalation
from tandem.escalate.package import Check
from tandem.intake.models import Asking, Question
from tandem.intake.models.fact import LONGEST, Source
from tandem.kit import clock

REMEMBERED = timedelta(days=180)
LOOKED_AT = 50


class Wanted(NamedTuple):
    key: str
    label: str
    escalation: Escalation


def ask_for_what_was_missing(case: Case, *, of: Any) -> list[Question]:
    """Questions to a colleague, in the name of who returned the other; the customer is only ever asked by a person."""
    return [
        question
        for wanted in _wanted(case)
        for question in case.questions.ask_together([_asking(wanted)], by=wanted.escalation.returned_by, of=of)
    ]


def keep_as_fact(question: Question) -> None:
    """What a colleague found out, where the question was about a fact, is a fact from then on."""
    if question.key and question.asked_of_id and question.answered_at and not question.is_unknown:
        question.case.facts.note(
            question.key, question.answer_text[:LONGEST], by=question.answered_by, source=Source.TOLD
        )


def _wanted(case: Case) -> Iterator[Wanted]:
    """What teams returned cases of this realm for, and this case has neither as a fact nor as a question."""
    asked = Question.objects.of(case).values_list("key", flat=True)
    here = {*case.facts.known().values_list("key", flat=True), *asked}
    for escalation in _returned_lately(case):
        for row in escalation.lacking:
            if row["key"] not in here and row["key"] not in Check.values:
                here.add(row["key"])
                yield Wanted(row["key"], row["label"], escalation)


def _returned_lately(case: Case) -> list[Escalation]:
    since = clock.now() - REMEMBERED
    rows = Escalation.objects.returned().filter(case__realm=case.realm, returned_at__gt=since).exclude(case=case)
    return list(rows.select_related("team", "returned_by", "case").defer("package").order_by("-pk")[:LOOKED_AT])


def _asking(wanted: Wanted) -> Asking:
    words = _("{label}? {team} could not work on case {number} without it.")
    team, number = wanted.escalation.team.name, wanted.escalation.case.number
    return Asking(words.format(label=wanted.label, team=team, number=number), wanted.key)
