from collections.abc import Mapping
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case, hold
from tandem.cases.sentences import say
from tandem.communicate.models import Kind
from tandem.intake import reply, turn
from tandem.intake.models.fact import Source
from tandem.intake.models.question import Question
from tandem.intake.models.read_together import ReadTogether, next_number
from tandem.intake.models.readback_line import LineVerdict, ReadBackLine
from tandem.intake.table import Row
from tandem.kit import clock
from tandem.kit.errors import Invalid, NotAllowed, Refused
from tandem.people.roles import Can

MOST_LINES = 10

say("readback.shared", gettext_lazy("Read back to the customer, version {version}"))
say(
    "readback.answered",
    gettext_lazy("Read-back answered: {right} right, {wrong} wrong, {unsure} not sure"),
    in_general=gettext_lazy("Read-back answered"),
)


class AlreadyAnswered(Refused):
    """This was answered before; we will read the facts back to you again if something changed."""


class Outdated(Refused):
    """There is a newer version of these facts; please check that one instead."""


class NotEveryLine(Invalid):
    """Please answer every line: right, wrong or not sure. “Not sure” is an answer too."""


class OnlyTheCustomer(NotAllowed):
    """Only the customer can confirm a read-back."""


class NotOnTheCase(Invalid):
    """Say which of the people who take part for the customer told it."""


class Through(models.TextChoices):
    """How the customer answered."""

    PAGE = "page", gettext_lazy("the page")
    REPLY = "reply", gettext_lazy("a reply")
    PHONE = "phone", gettext_lazy("phone")


class ReadBackQuerySet(ReadTogether):
    def waiting(self) -> Self:
        return self.filter(answered_at=None, outdated_at=None)

    def customers_share(self, actor: Any) -> Q:
        return self.on_cases_of(actor)


class ReadBackManager(models.Manager.from_queryset(ReadBackQuerySet)):  # type: ignore[misc]
    def lines_to_share(self, rows: list[Row] | None = None) -> "list[ReadBackLine]":
        """What a read-back would say now: the problem, what is contradicted, then the rest as it matters."""
        case = self.instance
        rows = [row for row in (case.facts.table() if rows is None else rows) if row.audience == Audience.CUSTOMER]
        if all(row.key != "problem" for row in rows):
            rows = [_problem(case), *rows]
        rows.sort(key=lambda row: (row.key != "problem", not row.sentence))
        return [_line(position, row) for position, row in enumerate(rows[:MOST_LINES])]

    def lines_to_read_out(self) -> "list[ReadBackLine]":
        """Those that wait for an answer, else what a new one would say."""
        readback = self._waiting_here().first()
        return list(readback.lines.all()) if readback else self.lines_to_share()

    def _waiting_here(self) -> ReadBackQuerySet:
        """On the case, or on what is read together with it; the newest first."""
        return ReadBack.objects.of(self.instance.read_on).waiting().order_by("-shared_at", "-pk")

    @transaction.atomic
    def share(self, *, by: Any) -> "ReadBack":
        """case.readbacks.share(by=sam): ask the customer to confirm what stands, line by line.

        A version before it can no longer be answered. They get it in one update, with all that is still asked of them,
        and the ball with it.
        """
        by.must_be_able_to(Can.SPEAK)
        case = self.instance
        hold(case)
        self._waiting_here().update(outdated_at=clock.now())
        lines = self.lines_to_share()
        readback = self._make(lines, by=by)
        asked = list(Question.objects.of(case.read_on).of_customer().waiting())
        turn.tell(case, _as_letter(lines, asked), by=by, kind=Kind.READ_BACK, page="readback_link")
        case.pass_ball(Ball.CUSTOMER, by=by, holder=case.reporter)
        return readback

    @transaction.atomic
    def read_out(self, said: Mapping[str, tuple[str, str, str]], *, told_by: Any, by: Any) -> "ReadBack":
        """case.readbacks.read_out({"version": ("4.1", LineVerdict.WRONG, "4.3"), …}, told_by=ana, by=sam): on the phone.

        By the key of each line the value that was read, what they said of it and their correction. `by` wrote it down.
        Raises `NotOnTheCase`, `Outdated` when the facts changed meanwhile, `NotEveryLine`.
        """
        by.must_be_able_to(Can.SPEAK)
        case = self.instance
        hold(case)
        if not case.participants.standing().filter(user=told_by).exists():
            raise NotOnTheCase
        readback, lines = self._waiting_here().first(), self.lines_to_read_out()
        if {line.key: line.value for line in lines} != {key: value for key, (value, *_rest) in said.items()}:
            raise Outdated
        if any(verdict not in LineVerdict.values for _value, verdict, _correction in said.values()):
            raise NotEveryLine
        readback = readback or self._make(lines, by=by)
        verdicts = {line.pk: said[line.key][1:] for line in readback.lines.all()}
        readback.answer(verdicts, by=told_by, through=Through.PHONE, written_by=by)
        return readback

    def _make(self, lines: "list[ReadBackLine]", *, by: Any) -> "ReadBack":
        readback = self.create(version=self.count() + 1, shared_by=by)
        numbered = enumerate(lines, next_number(self.instance))
        readback.lines.bulk_create(line.of(readback, number=number) for number, line in numbered)
        self.instance.record(
            "readback.shared", by=by, audience=Audience.CUSTOMER,
            readback=readback.pk, version=readback.version, lines=len(lines),
        )  # fmt: skip
        return readback

    def verdicts(self) -> "dict[str, ReadBackLine]":
        """The customer's newest word on each fact, by its key."""
        answered = ReadBackLine.objects.filter(readback__in=ReadBack.objects.of(self.instance)).exclude(verdict="")
        newest = answered.order_by("key", "-answered_at", "-pk").distinct("key")
        return {line.key: line for line in newest.select_related("readback", "answered_by")}

    def newest(self) -> "ReadBack | None":
        """With its lines and whose word each is, in one query."""
        lines = ReadBackLine.objects.filter(readback__in=ReadBack.objects.of(self.instance)).select_related(
            "readback__shared_by", "readback__answered_by", "readback__written_by", "answered_by"
        )
        found = list(lines.order_by("-readback__shared_at", "-readback__pk", "position")[:MOST_LINES])
        if not found:
            return None
        readback = found[0].readback
        readback.read_lines = [line for line in found if line.readback_id == readback.pk]
        return readback


def _problem(case: Case) -> Row:
    """The title of the case, until a fact says it better."""
    return Row(
        key="problem",
        label=_("The problem"),
        told=case.title,
        measured="",
        differ=False,
        sentence="",
        told_by="",
        measured_by="",
        noted_at=case.opened_at,
        confirmed="",
        confirmed_at=None,
        audience=Audience.CUSTOMER,
    )


def _line(position: int, row: Row) -> "ReadBackLine":
    return ReadBackLine(
        position=position,
        key=row.key,
        label=row.label,
        value=row.told or row.measured,
        source=Source.TOLD if row.told else Source.MEASURED,
        measured=row.measured if row.differ else "",
    )


def _as_letter(lines: "list[ReadBackLine]", asked: list[Question]) -> str:
    intro = _("This is how we understand it. Please tell us, line by line, what is right and what is not:")
    read = [f"{line.number}. {line.label}: {line.value} ({line.origin})" for line in lines]
    still = [_("And this we still need to know from you:"), "", *(f"{one.number}. {one.text}" for one in asked), ""]
    return "\n".join([intro, "", *read, "", *(still if asked else []), reply.hint(lines[0].number)])


class ReadBack(models.Model):
    """The facts as we understood them, shown to the customer to confirm; one version after the other."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="readbacks")
    version = models.PositiveIntegerField()
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=clock.now, editable=False)
    outdated_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    through = models.CharField(max_length=16, choices=Through, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True,
        help_text=gettext_lazy("Who of us wrote down what they said; nobody, if they did themselves."),
    )  # fmt: skip

    read_lines: list[ReadBackLine]  # set by `newest`

    objects = ReadBackManager()

    class Meta:
        ordering = ["case", "version"]
        constraints = [
            models.UniqueConstraint("case", "version", name="one_read_back_per_version"),
            models.UniqueConstraint(
                "case", condition=Q(answered_at=None, outdated_at=None), name="one_waiting_read_back"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(outdated_at=None), name="read_back_answered_or_outdated"
            ),
            models.CheckConstraint(condition=Q(through__in=["", *Through.values]), name="read_back_answered_how"),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.answered_at is None and self.outdated_at is None

    @transaction.atomic
    def answer(
        self, verdicts: Mapping[int, tuple[str, str]], *, by: Any, through: str = Through.PAGE, written_by: Any = None
    ) -> None:
        """readback.answer({line.pk: (LineVerdict.WRONG, "4.3"), …}, by=ana): every line, once, by the customer.

        A correction becomes a fact they told; what waits since before on a case read together is outdated by it.
        Raises `AlreadyAnswered`, `Outdated`, `NotEveryLine`, `OnlyTheCustomer`.
        """
        self._hold(by)
        lines = list(self.lines.all())
        if any(verdicts.get(line.pk, ("", ""))[0] not in LineVerdict.values for line in lines):
            raise NotEveryLine
        self.answered_by, self.answered_at = by, clock.now()
        self.through, self.written_by = through, written_by
        self.save(update_fields=["answered_by", "answered_at", "through", "written_by"])
        before = ReadBack.objects.of(self.case.read_on).waiting().filter(shared_at__lte=self.shared_at)
        before.update(outdated_at=self.answered_at)
        corrections = self.case.secrets.cover({line.key: verdicts[line.pk][1] for line in lines})
        for line in lines:
            line.take(verdicts[line.pk][0], corrections[line.key], by=by, at=self.answered_at)
        ReadBackLine.objects.bulk_update(lines, ["verdict", "correction", "answered_by", "answered_at"])
        self._record(lines, by)
        for line in lines:
            if line.correction:
                self.case.facts.note(line.key, line.correction, by=by, source=Source.TOLD, label=line.label)
        turn.give_back(self.case, by=by)

    def _hold(self, by: Any) -> None:
        if not by.is_customer:
            raise OnlyTheCustomer
        self.case.lock()
        self.refresh_from_db(fields=["answered_at", "outdated_at"])
        if self.answered_at:
            raise AlreadyAnswered
        if self.outdated_at:
            raise Outdated

    def _record(self, lines: "list[ReadBackLine]", by: Any) -> None:
        said = [line.verdict for line in lines]
        self.case.record(
            "readback.answered", by=by, audience=Audience.CUSTOMER, readback=self.pk, version=self.version,
            through=self.through,
            **{verdict: said.count(verdict) for verdict in LineVerdict.values},
            corrections={line.key: line.correction for line in lines if line.correction},
        )  # fmt: skip
