"""What the next person must know, drawn from the ledger: what changed, which promises come due, what is asked, case by case."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case, Event
from tandem.cases.sentences import sentence
from tandem.intake.models import Question
from tandem.investigate.models import Attempt, Hypothesis
from tandem.kit import clock, say
from tandem.triage.priority import tone_of, word_of

AHEAD = timedelta(hours=8)
MOST = 40
"""Cases of one hand-over."""
LINES = 40
"""So far back in the ledger of each case we look."""
SHOWN = 3
DULL = (
    "ball.passed",
    "promise.",
    "participant.",
    "submission.",
    "receipt.",
    "secret.",
    "attachment.",
    "reading.",
    "handover.",
)


@dataclass
class Left:
    """A case as it stands: `happened` are the last sentences since the shift began, oldest first."""

    case: Case
    hypothesis: str = ""
    attempt: Attempt | None = None
    questions: list[Question] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    changes: int = 0

    @property
    def priority(self) -> str:
        return word_of(self.case.priority)

    @property
    def tone(self) -> str:
        return tone_of(self.case.priority)

    @property
    def promise(self) -> str:
        return say.by(self.case.next_update_at) if self.case.next_update_at else _("nothing promised")

    @property
    def due(self) -> str:
        """For words that are read on another day, when “tomorrow” is another one: “by Tue 16:00 CET”."""
        told = _("broken since {moment}") if self.is_broken else _("by {moment}")
        return told.format(moment=say.kept(self.case.next_update_at))

    @property
    def is_broken(self) -> bool:
        return bool(self.case.next_update_at and self.case.next_update_at < clock.now())

    @property
    def is_due(self) -> bool:
        return bool(self.case.next_update_at and self.case.next_update_at < clock.now() + AHEAD)

    @property
    def next(self) -> str:
        """What is to be done, as one would guess it; who hands over mends it."""
        case = self.case
        if self.questions and self.questions[0].asked_of_id is None:
            return _("{name} owes us an answer: “{text}”").format(
                name=case.reporter.first_name, text=self.questions[0].text[:120]
            )
        if self.is_broken:
            return _("Tell {name} now: the promise is {broken}").format(name=case.reporter.first_name, broken=self.due)
        if self.is_due:
            return _("Tell {name} {by}").format(name=case.reporter.first_name, by=self.due)
        if case.ball == Ball.ENGINEERING:
            return _("Wait for {team}").format(team=case.ball_team or case.ball_holder or Ball.ENGINEERING.label)
        if case.ball == Ball.CUSTOMER:
            return _("Wait for {name}").format(name=case.reporter.first_name)
        return ""


def cases_of(person: Any) -> list[Case]:
    """Their open cases, the next promise first."""
    return list(_own(person).with_people().by_promise()[:MOST])


def stay_with(person: Any) -> int:
    """How many of their open cases are more than one hand-over takes."""
    return max(_own(person).count() - MOST, 0)


def _own(person: Any) -> Any:
    own = Q(customer_owner=person) | Q(technical_owner=person) | Q(ball_holder=person)
    return Case.objects.visible_to(person).open().filter(own)


def visible(cases: Iterable[int], actor: Any) -> list[Case]:
    """Those of these that the reader may see, as a list shows them."""
    return list(Case.objects.visible_to(actor).filter(pk__in=list(cases)).with_people().order_by("pk")[:MOST])


def to_offer(person: Any, since: datetime) -> list[Left]:
    """What they would hand over, in words that whoever takes it may read: nothing that is restricted."""
    return drawn(cases_of(person), person, since, restricted=False)


def drawn(cases: list[Case], actor: Any, since: datetime, *, restricted: bool = True) -> list[Left]:
    """Four queries, through the eyes of whoever reads; what presses first, then what changed most."""
    left = {case.pk: Left(case) for case in cases}
    for hypothesis in Hypothesis.objects.visible_to(actor).filter(case__in=left).standing().by_weight()[: MOST * 5]:
        here = left[hypothesis.case_id]
        here.hypothesis = here.hypothesis or hypothesis.text
    for attempt in Attempt.objects.visible_to(actor).filter(case__in=left).order_by("pk"):
        left[attempt.case_id].attempt = attempt
    hidden = [] if restricted else [Audience.RESTRICTED]
    questions = Question.objects.visible_to(actor).exclude(audience__in=hidden)
    for question in questions.filter(case__in=left).waiting().order_by("pk"):
        left[question.case_id].questions.append(question)
    for pk, events in _since(left, actor, since, hidden).items():
        left[pk].changes, left[pk].happened = len(events), [sentence(event) for event in events[-SHOWN:]]
    never = datetime.max.replace(tzinfo=since.tzinfo)
    return sorted(left.values(), key=lambda each: (not each.is_due, each.case.next_update_at or never, -each.changes))


def _since(cases: Any, actor: Any, since: datetime, hidden: Sequence[str]) -> dict[int, list[Event]]:
    recent = Event.objects.visible_to(actor).exclude(audience__in=hidden).told_once()
    recent = recent.filter(case__in=list(cases), seq__gt=F("case__last_seq") - LINES, at__gte=since)
    found = defaultdict(list)
    for event in recent.order_by("case", "seq"):
        if not event.verb.startswith(DULL):
            found[event.case_id].append(event)
    return found


def words(left: list[Left], since: datetime) -> str:
    """The read-in as text: to be read, and mended, by who hands over."""
    changed = [each for each in left if each.changes]
    due = [each for each in left if each.is_due]
    asked = [each for each in left if each.questions]
    parts = [
        _part(_("Since {at}").format(at=say.kept(since)), [_changes(each) for each in changed]),
        _part(_("Promises broken, or due in the next 8 hours"), [_line(each, each.due) for each in due]),
        _part(_("Open questions"), [_line(each, f"“{each.questions[0].text[:120]}”") for each in asked]),
    ]
    return "\n\n".join(filter(None, parts)) or _("Nothing changed in these hours, nothing comes due in the next 8.")


def _part(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *(f"- {line}" for line in lines)]) if lines else ""


def _changes(each: Left) -> str:
    more = each.changes - len(each.happened)
    rest = ngettext("{n} more", "{n} more", more).format(n=more) if more else ""
    happened = [says.rstrip(".") for says in each.happened]
    return _line(each, "; ".join(filter(None, [*happened, rest])))


def _line(each: Left, says: str) -> str:
    return f"{each.case.number} {each.case.account or each.case.reporter.name}: {says}"
