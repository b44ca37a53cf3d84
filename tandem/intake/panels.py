from collections.abc import Iterable, Mapping
from typing import Any

from tandem.cases.audience import Audience
from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.intake import evidence as evidence_of
from tandem.intake import realms
from tandem.intake.forms import (
    AnswersForm,
    AskForm,
    FactForm,
    HoldForm,
    MeasurementForm,
    ReadBackForm,
    RemedyFirstForm,
)
from tandem.intake.models import Question, ReadBack, ReadBackLine
from tandem.people.roles import Can

MOST_ASKED = 50
MOST_HOLDS = 5
MOST_SUGGESTED = 6
MOST_READINGS = 5


def _facts(case: Case, actor: Any) -> dict:
    lines = realms.lines(case.realm)
    form, measurement_form = FactForm(lines=lines), MeasurementForm(case=case)
    return {
        "table": case.facts.table(),
        "lines": lines,
        "form": form,
        "measurement_form": measurement_form,
    }


def _questions(case: Case, actor: Any) -> dict:
    asked = Question.objects.visible_to(actor).of(case).filter(withdrawn_at=None)
    about = ["asked_of", "asked_by", "answered_by", "case"]
    asked = list(asked.select_related(*about).order_by("-asked_at", "-pk")[:MOST_ASKED])
    waiting = [question for question in reversed(asked) if question.is_waiting]
    form = AskForm(**to_ask(case, asked), speaks=actor.may(Can.SPEAK))
    return {
        "suggested": [*form.lines.items()][:MOST_SUGGESTED],
        "waiting": waiting,
        "answered": [question for question in asked if not question.is_waiting],
        "owners": [person for person in (case.technical_owner, case.customer_owner) if person],
        "form": form,
    }


def to_ask(case: Case, asked: Iterable[Question]) -> dict[str, list[realms.Line]]:
    """What the realm would like to know: `missing`, that nobody has said and nobody was asked; `unknown`, to them too."""
    known = {*case.facts.known().values_list("key", flat=True), *(one.key for one in asked if one.is_waiting)}
    unknown = {question.key for question in asked if question.is_unknown}
    lines = [line for line in realms.lines(case.realm) if line.ask and line.key not in known]
    return {
        "missing": [line for line in lines if line.key not in unknown],
        "unknown": [line for line in lines if line.key in unknown],
    }


def _readback(case: Case, actor: Any) -> dict:
    newest = case.readbacks.newest()
    answered = {line.key: line for line in newest.read_lines if line.verdict} if newest else {}
    return {"readback": newest, "next_lines": case.readbacks.lines_to_share(case.facts.table(answered).rows)}


def _questions_card(case: Case, actor: Any) -> dict:
    """For the customer: what is asked of them, and that what they answered arrived."""
    asked = Question.objects.visible_to(actor).of(case).filter(audience=Audience.CUSTOMER, withdrawn_at=None)
    asked = list(asked.of_customer().order_by("-asked_at", "-pk")[:MOST_ASKED])
    waiting = [question for question in reversed(asked) if question.is_waiting]
    return {
        "answered": [question for question in asked if not question.is_waiting],
        "form": AnswersForm(questions=waiting, realm=case.realm),
    }


def _readback_card(case: Case, actor: Any) -> dict:
    """For the customer: the newest read-back, to confirm or as confirmed."""
    return readback_to_confirm(case.readbacks.newest())


def _readings(case: Case, actor: Any) -> dict:
    rows = case.readings.visible_to(actor).select_related("message__author", "taken_by", "dismissed_by", "readback")
    return {"readings": [(reading, reading.rows()) for reading in rows[:MOST_READINGS]]}


def phone_script(lines: Iterable[ReadBackLine], said: Mapping[str, tuple[str, str, str]]) -> list[dict[str, str]]:
    """Rows for the `read_back` macro, by the keys of the facts: what is read out need not stand anywhere yet."""
    return [
        {
            "id": line.key,
            "label": line.label,
            "value": line.value,
            "source": line.origin,
            "answer": said.get(line.key, ("", "", ""))[1],
            "correction": said.get(line.key, ("", "", ""))[2],
        }
        for line in lines
    ]


def readback_to_confirm(readback: ReadBack | None, form: ReadBackForm | None = None) -> dict:
    """`rows` for the `read_back` macro, with what was ticked in `form`."""
    ticked = form.verdicts if form else {}
    rows = [
        {
            "id": line.pk,
            "label": line.label,
            "value": line.value,
            "source": line.origin,
            "answer": ticked.get(line.pk, ("", ""))[0],
            "correction": ticked.get(line.pk, ("", ""))[1],
        }
        for line in (readback.read_lines if readback else [])
    ]
    return {"readback": readback, "rows": rows, "incomplete": form is not None}


def _collections(case: Case, actor: Any) -> dict:
    return {"collections": case.collections.visible_to(actor).of_each()}


def _evidence(case: Case, actor: Any) -> dict:
    """The fork before a remedy, or what was chosen at it."""
    holds = case.holds.asked().visible_to(actor).select_related("asked_by", "released_by")
    return {
        "missing": evidence_of.missing(case),
        "is_enough": evidence_of.is_enough(case),
        "holds": holds.prefetch_related("looks__collector")[:MOST_HOLDS],
        "choices": case.remedies_first.chosen().visible_to(actor).select_related("chosen_by")[:MOST_HOLDS],
        "hold_form": HoldForm(),
        "remedy_form": RemedyFirstForm(),
    }


def _hold(case: Case, actor: Any) -> dict:
    """The one that stands, if any, with its snapshots."""
    holds = case.holds.asked().visible_to(actor).standing().select_related("asked_by")
    hold = holds.prefetch_related("looks__collector").first()
    return {"hold": hold, "snapshots": hold.looks.all() if hold else []}


def _hold_card(case: Case, actor: Any) -> dict:
    """For the customer: that they are asked to hold still, and until when; a page may have read it with the case."""
    if hasattr(case, "held_until"):
        return {"until": case.held_until}
    return {"until": case.holds.asked().visible_to(actor).standing().values_list("until", flat=True).first()}


facts = Panel("facts", "intake/fact/_panel.html", _facts, hears=("fact", "readback", "assessment"))
collections = Panel("collections", "intake/collection/_panel.html", _collections, hears=("collection",))
questions = Panel("questions", "intake/question/_panel.html", _questions, hears=("question", "fact", "assessment"))
readback = Panel("readback", "intake/readback/_panel.html", _readback, hears=("fact", "assessment"))
questions_card = Panel("question", "intake/question/_card.html", _questions_card)
readback_card = Panel("readback", "intake/readback/_card.html", _readback_card)
evidence = Panel("evidence", "intake/evidence/_panel.html", _evidence, hears=("hold", "remedy", "fact", "collection"))
hold = Panel("hold", "intake/hold/_panel.html", _hold, hears=("collection",))
hold_card = Panel("hold", "intake/hold/_card.html", _hold_card)
readings = Panel("readings", "intake/reading/_panel.html", _readings, hears=("reading",))
