"""Questions, the read-back and what was read from replies, as JSON."""

from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime

from tandem.cases.api import find_case
from tandem.cases.models import Case
from tandem.intake.models import Asking, LineVerdict, Question, ReadBack
from tandem.people.models import User
from tandem.people.roles import Can

router = Router()

Text = Annotated[str, Field(min_length=1, max_length=500)]


class QuestionIn(Schema):
    """`anew`: asked though it is known, or they said that they do not know it."""

    text: Text
    key: Annotated[str, Field(pattern=r"^[\w-]{0,40}$")] = ""
    anew: bool = False


class QuestionsIn(Schema):
    """Asked together, as one list; what waits or is known is left out. `of` is the address of a colleague; without it, the customer is asked."""

    questions: Annotated[list[QuestionIn], Field(min_length=1, max_length=20)]
    of: str | None = None
    due_at: AwareDatetime | None = None


class QuestionOut(Schema):
    id: int
    text: str
    audience: str
    asked_of: str | None
    asked_at: datetime
    due_at: datetime | None
    answer: str
    answered_by: str | None
    answered_at: datetime | None
    is_unknown: bool

    @staticmethod
    def resolve_asked_of(question: Question) -> str | None:
        return question.asked_of.name if question.asked_of else None

    @staticmethod
    def resolve_answer(question: Question) -> str:
        return question.answer_text

    @staticmethod
    def resolve_answered_by(question: Question) -> str | None:
        return question.answered_by.name if question.answered_by else None


class AnswerIn(Schema):
    text: Annotated[str, Field(min_length=1, max_length=2000)]


@router.get("/cases/{number}/questions", response=list[QuestionOut], operation_id="list_questions")
def list_questions(request: HttpRequest, number: int) -> Any:
    """Newest first, at most a hundred; a customer reads what was asked of customers."""
    asked = Question.objects.visible_to(request.user).of(find_case(request, number)).filter(withdrawn_at=None)
    return asked.select_related("asked_of", "answered_by").order_by("-asked_at", "-pk")[:100]


@router.post("/cases/{number}/questions", response={201: list[QuestionOut]}, operation_id="ask_questions")
def ask_questions(request: HttpRequest, number: int, asked: QuestionsIn) -> Status[list[Question]]:
    """What the customer is asked already is in the answer as it waits, what is known is left out; nothing left is refused."""
    case = find_case(request, number, needs=Can.WORK)
    of = get_object_or_404(User.objects.colleagues(), email=asked.of.lower()) if asked.of else None
    askings = [Asking(**question.dict()) for question in asked.questions]
    made = case.questions.ask_together(askings, by=request.user, of=of, due_at=asked.due_at)
    return Status(201, made if of else [*_waiting(request, case, askings).difference(made), *made])


def _waiting(request: HttpRequest, case: Case, askings: list[Asking]) -> set[Question]:
    """Of these, what the customer is asked."""
    keys, texts = [one.key for one in askings if one.key], [one.text for one in askings]
    asked = Question.objects.visible_to(request.user).of(case.read_on).of_customer().waiting()
    return {*asked.filter(Q(key__in=keys) | Q(text__in=texts)).select_related("asked_of", "answered_by")}


@router.post("/cases/{number}/questions/{id}/answer", response=QuestionOut, operation_id="answer_question")
def answer_question(request: HttpRequest, number: int, id: int, answer: AnswerIn) -> Question:
    question = _question(request, number, id)
    question.answer(answer.text, by=request.user)
    return question


@router.delete("/cases/{number}/questions/{id}", response={204: None}, operation_id="withdraw_question")
def withdraw_question(request: HttpRequest, number: int, id: int) -> Status[None]:
    _question(request, number, id, needs=Can.WORK).withdraw(by=request.user)
    return Status(204, None)


def _question(request: HttpRequest, number: int, id: int, *, needs: Can | None = None) -> Question:
    asked = Question.objects.visible_to(request.user).of(find_case(request, number, needs=needs))
    return get_object_or_404(asked.select_related("asked_of", "answered_by", "case"), pk=id)


class ReadBackLineOut(Schema):
    id: int
    key: str
    label: str
    value: str
    source: str
    measured: str
    verdict: str
    correction: str


class ReadBackOut(Schema):
    version: int
    shared_at: datetime
    outdated_at: datetime | None
    answered_by: str | None
    answered_at: datetime | None
    through: str
    written_by: str | None
    lines: list[ReadBackLineOut]

    @staticmethod
    def resolve_written_by(readback: ReadBack) -> str | None:
        return readback.written_by.name if readback.written_by else None

    @staticmethod
    def resolve_answered_by(readback: ReadBack) -> str | None:
        return readback.answered_by.name if readback.answered_by else None


class VerdictIn(Schema):
    line: int
    verdict: LineVerdict
    correction: Annotated[str, Field(max_length=500)] = ""


@router.get("/cases/{number}/readbacks", response=list[ReadBackOut], operation_id="list_readbacks")
def list_readbacks(request: HttpRequest, number: int) -> Any:
    """Newest first, at most twenty."""
    return _readbacks(request, number).order_by("-version")[:20]


@router.post("/cases/{number}/readbacks", response={201: ReadBackOut}, operation_id="share_readback")
def share_readback(request: HttpRequest, number: int) -> Status[ReadBack]:
    return Status(201, find_case(request, number, needs=Can.SPEAK).readbacks.share(by=request.user))


class ReadOutLineIn(Schema):
    """`value` is what was read out: if the fact is another by now, nothing is taken."""

    key: Annotated[str, Field(pattern=r"^[\w-]{1,40}$")]
    value: Annotated[str, Field(max_length=500)]
    verdict: LineVerdict
    correction: Annotated[str, Field(max_length=500)] = ""


class ReadOutIn(Schema):
    """`told_by` is the address of whoever was on the phone."""

    told_by: Annotated[str, Field(max_length=320)]
    lines: Annotated[list[ReadOutLineIn], Field(min_length=1, max_length=20)]


class ReadOutLineOut(Schema):
    key: str
    label: str
    value: str
    source: str
    measured: str


@router.get("/cases/{number}/readbacks/phone", response=list[ReadOutLineOut], operation_id="get_phone_script")
def phone_script(request: HttpRequest, number: int) -> Any:
    """What to read out, line by line."""
    return find_case(request, number, needs=Can.WORK).readbacks.lines_to_read_out()


@router.post("/cases/{number}/readbacks/phone", response={201: ReadBackOut}, operation_id="read_out")
def read_out(request: HttpRequest, number: int, told: ReadOutIn) -> Status[ReadBack]:
    """What the customer said on the phone, written down."""
    case = find_case(request, number, needs=Can.SPEAK)
    taking_part = User.objects.filter(pk__in=case.participants.standing().values("user"))
    person = get_object_or_404(taking_part, email=told.told_by.lower())
    said = {line.key: (line.value, str(line.verdict), line.correction) for line in told.lines}
    made = case.readbacks.read_out(said, told_by=person, by=request.user)
    return Status(201, get_object_or_404(_with_lines(ReadBack.objects.visible_to(request.user)), pk=made.pk))


class ReadingOut(Schema):
    """What a reply answers, as we read it; `doubt` is why it waits for a person."""

    id: int
    message: int = Field(alias="message_id")
    rows: list[tuple[str, str]]
    doubt: str
    read_at: datetime
    taken_at: datetime | None
    dismissed_at: datetime | None


@router.get("/cases/{number}/readings", response=list[ReadingOut], operation_id="list_readings")
def list_readings(request: HttpRequest, number: int) -> Any:
    """Newest first, at most twenty."""
    case = find_case(request, number, needs=Can.WORK)
    return case.readings.visible_to(request.user).select_related("readback")[:20]


@router.post("/cases/{number}/readings/{id}/acceptance", response={204: None}, operation_id="accept_reading")
def accept_reading(request: HttpRequest, number: int, id: int) -> Status[None]:
    _reading(request, number, id).take(by=request.user)
    return Status(204, None)


@router.delete("/cases/{number}/readings/{id}", response={204: None}, operation_id="dismiss_reading")
def dismiss_reading(request: HttpRequest, number: int, id: int) -> Status[None]:
    _reading(request, number, id).dismiss(by=request.user)
    return Status(204, None)


def _reading(request: HttpRequest, number: int, id: int) -> Any:
    case = find_case(request, number, needs=Can.WORK)
    return get_object_or_404(case.readings.visible_to(request.user), pk=id)


@router.post("/cases/{number}/readbacks/{version}/answer", response=ReadBackOut, operation_id="answer_readback")
def answer_readback(request: HttpRequest, number: int, version: int, lines: list[VerdictIn]) -> ReadBack:
    """Every line, by the customer, once."""
    readback = get_object_or_404(_readbacks(request, number), version=version)
    readback.answer({said.line: (said.verdict, said.correction) for said in lines}, by=request.user)
    return get_object_or_404(_readbacks(request, number), version=version)


def _readbacks(request: HttpRequest, number: int) -> Any:
    return _with_lines(find_case(request, number).readbacks.visible_to(request.user))


def _with_lines(shared: Any) -> Any:
    return shared.select_related("answered_by", "written_by").prefetch_related("lines")
