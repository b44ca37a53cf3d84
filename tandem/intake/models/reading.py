from collections import Counter
from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.models import Case, Message
from tandem.cases.sentences import say
from tandem.intake import realms, reply, turn, unknown
from tandem.intake.models.question import Question
from tandem.intake.models.readback import ReadBack, Through
from tandem.kit import clock
from tandem.kit.errors import Refused
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

LONGEST = 2000

say("reading.made", gettext_lazy("A reply was read line by line"))
say("reading.taken", gettext_lazy("What the reply answers was taken: {n} lines"))
say("reading.dismissed", gettext_lazy("What was read from the reply was put aside"))


class SettledAlready(Refused):
    """This was taken or put aside already."""


class NoLongerWaiting(Refused):
    """What it answers was answered or taken back meanwhile."""


class ReadingQuerySet(VisibleTo):
    def waiting(self) -> Self:
        return self.filter(taken_at=None, dismissed_at=None)


class ReadingManager(models.Manager.from_queryset(ReadingQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def hear(self, message: Message) -> "Reading | None":
        """case.readings.hear(message): what a reply answers. Plain and proven, it is taken at once; else prepared.

        On a closed case too: whoever answers what still waits there opens it again.
        """
        case = self.instance.lock()
        author = message.author
        if not author or self.filter(message=message).exists():
            return None
        if not case.participants.standing().filter(user=author).exists():
            return None
        asked = Question.objects.of(case.read_on).of_customer().waiting().filter(asked_at__lte=message.created_at)
        shared = ReadBack.objects.of(case.read_on).waiting().filter(shared_at__lte=message.created_at)
        readback = shared.select_related("case").order_by("-shared_at", "-pk").first()
        reading = _read(list(asked), readback, case.realm, message, author)
        if reading is None:
            return None
        reading.case, reading.message = case, message
        reading.doubt = reading.doubt or _not_proven(message)
        reading.save()
        case.record("reading.made", reading=reading.pk, message=message.pk, doubt=reading.doubt)
        if not reading.doubt:
            reading.take()
        return reading


def _read(asked: list[Question], readback: ReadBack | None, realm: str, message: Message, author: User) -> Any:
    """What answers questions, what confirms the read-back, or one reply that does both: each number names one thing."""
    answered, rest = reply.parted(message.body, {question.number for question in asked if question.number})
    confirmed = _of_readback(readback, rest, author)
    if confirmed is None or readback is None:
        return _of_questions(asked, realm, message.body, author)
    if said := _of_questions(asked, realm, answered, author) if answered else None:
        confirmed.answers, confirmed.doubt = said.answers, confirmed.doubt or said.doubt
    lines = {line.number for line in readback.lines.all()}
    confirmed.doubt = confirmed.doubt or _two_of_a_number([*lines, *(question.number for question in asked)])
    return confirmed


def _of_readback(readback: ReadBack | None, text: str, author: User) -> "Reading | None":
    if readback is None:
        return None
    told = reply.verdicts(text, name=author.name, language=turn.language_of(author))
    lines = {line.number: line for line in readback.lines.all()}
    said = {str(lines[number].pk): verdict for number, verdict in told.said.items() if number in lines}
    if not said:
        return None
    doubt = told.doubt or _unknown(told.said.keys() - lines.keys())
    if not doubt and len(said) < len(lines):
        doubt = _("Not every line is answered; the others would count as not sure.")
    return Reading(readback=readback, verdicts=said, doubt=doubt)


def _of_questions(asked: list[Question], realm: str, text: str, author: User) -> "Reading | None":
    told = reply.answers(text, name=author.name)
    by_number = {question.number: question for question in asked if question.number}
    said = {by_number[number]: answer for number, answer in told.said.items() if number in by_number}
    if said:
        doubt = told.doubt or _unknown(told.said.keys() - by_number.keys())
        doubt = doubt or _two_of_a_number([question.number for question in asked])
        doubt = doubt or _not_offered(said, realm, turn.language_of(author))
        return Reading(answers={str(question.pk): answer[:LONGEST] for question, answer in said.items()}, doubt=doubt)
    if len(asked) == 1 and not told.said and 0 < len(text.strip()) <= LONGEST:
        return Reading(answers={str(asked[0].pk): text.strip()}, doubt=_("It answers without a number."))
    return None


def _unknown(numbers: "set[int]") -> str:
    return _("Nothing with number {n} is asked.").format(n=min(numbers)) if numbers else ""


def _two_of_a_number(numbers: "Iterable[int | None]") -> str:
    """Cases that were merged may have numbered alike."""
    times = Counter(number for number in numbers if number)
    twice = [number for number, count in times.items() if count > 1]
    return _("Two things wait under number {n}.").format(n=min(twice)) if twice else ""


def _not_offered(said: "dict[Question, str]", realm: str, language: str) -> str:
    for question, text in said.items():
        line = realms.line(realm, question.key) if question.key else None
        if (
            line
            and line.choices
            and not unknown.is_said(text, language=language)
            and text.casefold() not in [choice.casefold() for choice in line.choices]
        ):
            return _("“{text}” is none of the answers that were offered.").format(text=text[:80])
    return ""


def _not_proven(message: Message) -> str:
    return "" if message.verified else _("It is not proven that it comes from their address.")


class Reading(models.Model):
    """What a reply answers, as we read it: answers by question, verdicts by line; `doubt` is why a person should look."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="readings")
    message = models.OneToOneField(Message, models.PROTECT, related_name="reading")
    readback = models.ForeignKey(ReadBack, models.PROTECT, related_name="readings", null=True)
    answers = models.JSONField(default=dict)
    verdicts = models.JSONField(default=dict)
    doubt = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(default=clock.now, editable=False)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    taken_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    dismissed_at = models.DateTimeField(null=True)

    objects = ReadingManager()

    class Meta:
        ordering = ["-read_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(dismissed_at=None), name="reading_taken_or_dismissed"
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(doubt="") | Q(taken_by__isnull=False),
                name="a_doubtful_reading_is_taken_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["case", "-read_at"], name="readings_of_case")]

    @property
    def is_waiting(self) -> bool:
        return self.taken_at is None and self.dismissed_at is None

    def rows(self) -> list[tuple[str, str]]:
        """What was asked, and what we read of it."""
        texts = dict(Question.objects.filter(pk__in=self.answers).values_list("pk", "text")) if self.answers else {}
        answered = [(texts.get(int(pk), ""), answer) for pk, answer in self.answers.items()]
        return answered + [
            (line.label, self._said(line)) for line in (self.readback.lines.all() if self.readback else [])
        ]

    def _said(self, line: Any) -> str:
        verdict, correction = self.verdicts.get(str(line.pk), ("unsure", ""))
        return (
            f"{reply.LineVerdict(verdict).label}: {correction}" if correction else str(reply.LineVerdict(verdict).label)
        )

    @transaction.atomic
    def take(self, *, by: Any = None) -> None:
        """It is what they said; in their name, by whoever accepted it. What was answered meanwhile is left as it is.

        Raises `SettledAlready`, and `NoLongerWaiting` if all of it was.
        """
        self._hold(by)
        self.taken_by, self.taken_at = by, clock.now()
        self.save(update_fields=["taken_by", "taken_at"])
        taken = self._take_answers() + self._take_verdicts(by)
        if not taken:
            raise NoLongerWaiting
        self.case.record("reading.taken", by=by or self.message.author, reading=self.pk, n=taken)

    @transaction.atomic
    def dismiss(self, *, by: Any) -> None:
        """It is not what they meant. Raises `SettledAlready`."""
        self._hold(by)
        self.dismissed_by, self.dismissed_at = by, clock.now()
        self.save(update_fields=["dismissed_by", "dismissed_at"])
        self.case.record("reading.dismissed", by=by, reading=self.pk)

    def _hold(self, by: Any) -> None:
        if by:
            by.must_be_able_to(Can.WORK)
        self.case.lock()
        self.refresh_from_db(fields=["taken_at", "dismissed_at"])
        if not self.is_waiting:
            raise SettledAlready

    def _take_verdicts(self, by: Any) -> int:
        if not (self.readback and self.readback.is_waiting):
            return 0
        said = {line.pk: tuple(self.verdicts.get(str(line.pk), ("unsure", ""))) for line in self.readback.lines.all()}
        self.readback.answer(said, by=self.message.author, through=Through.REPLY, written_by=by)  # type: ignore[arg-type]
        return len(said)

    def _take_answers(self) -> int:
        asked = {int(pk): text for pk, text in self.answers.items()}
        taken = Question.objects.of(self.case.read_on).of_customer().waiting().filter(pk__in=asked).count()
        self.case.questions.take_answers(asked, by=self.message.author)
        return taken
