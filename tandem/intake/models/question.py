from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience, readable_by
from tandem.cases.models import Ball, Case, hold
from tandem.cases.sentences import say
from tandem.communicate.models import Kind
from tandem.intake import realms, turn, unknown
from tandem.intake.models.fact import Source
from tandem.intake.models.once import Asking, not_asked_yet
from tandem.intake.models.read_together import ReadTogether, next_number
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.people.roles import Can

LONGEST = 500

say("question.asked", gettext_lazy("Asked: {text}"), in_general=gettext_lazy("A question was asked"))
say("question.answered", gettext_lazy("Answered: {text} {answer}"), in_general=gettext_lazy("A question was answered"))
say(
    "question.withdrawn",
    gettext_lazy("No longer asked: {text} {why}"),
    in_general=gettext_lazy("A question is no longer asked"),
)


class NothingAsked(Invalid):
    """A question has some words, at most 500 characters; ask several rather than one long one."""


class NoLongerAsked(Refused):
    """This question was answered or taken back already."""


class NothingAnswered(Invalid):
    """An answer has some words, at most 2000 characters."""


class QuestionQuerySet(ReadTogether):
    def waiting(self) -> Self:
        return self.filter(answered_at=None, withdrawn_at=None)

    def not_known(self) -> Self:
        """They were asked, and do not know."""
        return self.filter(is_unknown=True)

    def of_customer(self) -> Self:
        return self.filter(asked_of=None)

    def colleagues_share(self, actor: Any) -> Self:
        return self.filter(audience__in=readable_by(actor))

    def customers_share(self, actor: Any) -> Q:
        return self.on_cases_of(actor) & Q(audience=Audience.CUSTOMER, asked_of=None)


class QuestionManager(models.Manager.from_queryset(QuestionQuerySet)):  # type: ignore[misc]
    def ask(
        self, text: str, *, by: Any, of: Any = None, audience: str | None = None, due_at: datetime | None = None
    ) -> "Question":
        """case.questions.ask("Which browser?", by=sam): of the customer, or of a colleague, who then owns it."""
        return self.ask_together([Asking(text)], by=by, of=of, audience=audience, due_at=due_at)[0]

    @transaction.atomic
    def ask_together(
        self,
        askings: Sequence[Asking],
        *,
        by: Any,
        of: Any = None,
        audience: str | None = None,
        due_at: datetime | None = None,
    ) -> "list[Question]":
        """One short list instead of five mails: the customer gets it in one update, and the ball with it.

        What they are asked, told or do not know is left out. Raises `NothingAsked`, `AskedAlready`.
        """
        case = self.instance
        hold(case) if of is None else case.lock()
        audience = audience or (Audience.SUPPORT if of else Audience.CUSTOMER)
        askings = [asking._replace(text=_tidy(asking.text)) for asking in askings]
        if of is None:
            by.must_be_able_to(Can.SPEAK)
            askings = self._not_asked_yet(askings)
        questions = [_question(case, asking, by, of, audience, due_at) for asking in askings]
        if not questions:
            raise NothingAsked
        if of is None:
            self._number(questions)
        self.bulk_create(questions)
        for question in questions:
            question._record("asked", by=by, text=question.text, of=of and of.name)
        if of is None:
            turn.tell(case, _as_letter(questions), by=by, kind=Kind.QUESTION, page="questions_link")
            case.pass_ball(Ball.CUSTOMER, by=by, holder=case.reporter)
        return questions

    def _not_asked_yet(self, askings: Sequence[Asking]) -> list[Asking]:
        """Looked at while all that is read together is held: of two colleagues, and of two clicks, one asks."""
        asked = Question.objects.of(self.instance.read_on).of_customer()
        return not_asked_yet(
            askings,
            waiting=list(asked.waiting().values_list("key", "text")),
            known=dict(self.instance.read_on.facts.known().values_list("key", "label")),
            unknown=set(asked.not_known().values_list("key", flat=True)) - {""},
        )

    def _number(self, questions: "Sequence[Question]") -> None:
        for number, question in enumerate(questions, next_number(self.instance)):
            question.number = number

    def become_moot(self, keys: Collection[str], *, by: Any) -> None:
        """What was asked is told by now, another way."""
        asked = Question.objects.of(self.instance.read_on).of_customer().waiting()
        for question in asked.filter(key__in=keys).select_related("case"):
            question.withdraw(by=by, why=_("They told it meanwhile."))

    @transaction.atomic
    def take_answers(self, answers: Mapping[int, str], *, by: Any) -> None:
        """case.questions.take_answers({question.pk: "Firefox 131"}, by=ana): what is left empty stays asked."""
        told = {pk: text for pk, text in answers.items() if text.strip()}
        for pk, text in told.items():
            # One by one: an answer may make another question moot.
            asked = Question.objects.visible_to(by).of(self.instance.read_on).waiting()
            if question := asked.filter(pk=pk).select_related("case").first():
                question.answer(text, by=by)


def _tidy(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _question(case: Case, asking: Asking, by: Any, of: Any, audience: str, due_at: datetime | None) -> "Question":
    if not 0 < len(asking.text) <= LONGEST:
        raise NothingAsked
    return Question(
        case=case, text=asking.text, key=asking.key, asked_by=by, asked_of=of, audience=audience, due_at=due_at
    )


def _as_letter(questions: "Sequence[Question]") -> str:
    intro = _("To find the cause we need to know from you:")
    by_reply = _("You can also answer this mail, each answer on a line of its own, with its number.")
    return "\n".join([intro, "", *(f"{question.number}. {question.text}" for question in questions), "", by_reply])


class Question(models.Model):
    """Something we need to know, from the customer or from a colleague who owns the answer."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="questions")
    text = models.CharField(max_length=LONGEST)
    key = models.SlugField(max_length=40, blank=True)
    number = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text=gettext_lazy("By which the customer answers it in a reply.")
    )
    audience = models.CharField(max_length=16, choices=Audience)
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="questions", null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    due_at = models.DateTimeField(null=True)
    answer_text = models.TextField(blank=True)
    is_unknown = models.BooleanField(default=False, help_text=gettext_lazy("The answer is that they do not know."))
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    objects = QuestionManager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="question_audience_known"),
            models.CheckConstraint(
                condition=Q(asked_of=None, audience=Audience.CUSTOMER) | Q(asked_of__isnull=False),
                name="question_for_the_customer_is_theirs_to_read",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="question_answered_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "asked_at"], name="questions_of_case"),
            models.Index(
                fields=["asked_of", "due_at"],
                name="questions_waiting",
                condition=Q(answered_at=None, withdrawn_at=None),
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @transaction.atomic
    def answer(self, text: str, *, by: Any) -> None:
        """What they said; a fact the customer told, if the question was about one. Raises `NoLongerAsked`.

        “I do not know” is an answer too: no fact, and nobody asks again.
        """
        self._hold()
        text = text.replace("\x00", "").strip()
        if not 0 < len(text) <= 2000:
            raise NothingAnswered
        self.is_unknown = self._is_unknown(text)
        self.answer_text = text if self.is_unknown else self.case.secrets.cover({self.key: text})[self.key]
        self.answered_by, self.answered_at = by, clock.now()
        self.save(update_fields=["answer_text", "answered_by", "answered_at", "is_unknown"])
        self._record("answered", by=by, text=self.text, answer=self.answer_text)
        if self.key and self.asked_of_id is None and not self.is_unknown:
            self.case.facts.note(self.key, self.answer_text[:LONGEST], by=by, source=Source.TOLD)
        turn.give_back(self.case, by=by)

    @transaction.atomic
    def withdraw(self, *, by: Any, why: str = "") -> None:
        """We need not know it any more. Raises `NoLongerAsked`."""
        self._hold()
        self.withdrawn_by, self.withdrawn_at, self.withdrawn_why = by, clock.now(), why
        self.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
        self._record("withdrawn", by=by, text=self.text, why=why)
        turn.give_back(self.case, by=by)

    def _is_unknown(self, text: str) -> bool:
        about = realms.line(self.case.realm, self.key) if self.key else None
        language = turn.language_of(self.case.reporter)
        return unknown.is_said(text, language=language, offered=about.choices if about else ())

    def _hold(self) -> None:
        self.case.lock()
        self.refresh_from_db(fields=["answered_at", "withdrawn_at"])
        if not self.is_waiting:
            raise NoLongerAsked

    def _record(self, past: str, *, by: Any, **facts: Any) -> None:
        self.case.record(f"question.{past}", by=by, audience=self.audience, question=self.pk, **facts)
