"""Why a case stands where it does: points one can add up, and a sentence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.journey import Stage
from tandem.cases.models import Ball
from tandem.customers.models import Account
from tandem.desk.now.turns import FIRST_STAGES
from tandem.kit import say
from tandem.organize import waking
from tandem.queue.rows import address, first_name, peek_address, turn
from tandem.triage.priority import Priority, tone_of, word_of

BROKEN = 200
"""More than all else together: a broken promise comes first."""
DUE = [(timedelta(minutes=30), 60), (timedelta(hours=1), 50), (timedelta(hours=2), 40), (timedelta(hours=4), 30)]
DUE_TODAY = (timedelta(days=1), 10)
AGREED = [(timedelta(0), 30), (timedelta(hours=1), 25), (timedelta(hours=4), 15)]
PRIORITIES: dict[int, int] = {Priority.CRITICAL: 40, Priority.HIGH: 20, Priority.MEDIUM: 5, Priority.LOW: 0, 0: 10}
TIERS: dict[str, int] = {Account.Tier.ENTERPRISE: 10, Account.Tier.BUSINESS: 5}
UNSAID, UNOWNED = 25, 15
WAITED = 12
"""At most so many points for the hours the ball lies there: nothing is forgotten, nothing overtakes a promise."""

RULES = [
    (gettext_lazy("a promise to a customer is broken"), "+200"),
    (
        gettext_lazy("a promise is due within half an hour, an hour, two hours, four hours, a day"),
        "+60, 50, 40, 30, 10",
    ),
    (gettext_lazy("an agreed time is over, is over within an hour, within four hours"), "+30, 25, 15"),
    (gettext_lazy("a task of yours is late, is due within an hour, within four hours"), "+30, 25, 15"),
    (gettext_lazy("it is Critical, High, Medium, not judged yet"), "+40, 20, 5, 10"),
    (gettext_lazy("nobody has said yet when the customer hears from us"), "+25"),
    (gettext_lazy("nobody owns it"), "+15"),
    (gettext_lazy("the customer is an enterprise, a business"), "+10, 5"),
    (gettext_lazy("each hour the ball lies there, up to twelve"), "+1"),
]


class Part(NamedTuple):
    says: str
    points: int


class Named:
    """A case by what a row says of it first."""

    row: dict[str, Any]

    @property
    def number(self) -> int:
        return self.row["number"]

    @property
    def title(self) -> str:
        return self.row["title"]

    @property
    def peek(self) -> str:
        return peek_address(self.number)

    @property
    def company(self) -> str:
        return self.row["company"] or self.row["reporter_name"]


@dataclass
class Place(Named):
    """A row as `turns` reads it, with its place and where it leads; `happened` is the last that was heard of it, if anything was."""

    row: dict[str, Any]
    me: int
    at: datetime
    happened: str = ""
    href: str = ""

    @cached_property
    def parts(self) -> list[Part]:
        return [part for part in self._parts() if part.points]

    @cached_property
    def points(self) -> int:
        return sum(part.points for part in self.parts)

    @property
    def priority(self) -> str:
        return word_of(self.row["priority"])

    @property
    def tone(self) -> str:
        return tone_of(self.row["priority"])

    @property
    def ball(self) -> str:
        return turn(self.row["ball"], self.row["reporter_name"], self.row["holder"], self.row["team"])

    @property
    def mine(self) -> bool:
        return self.row["ball_with"] == self.me

    @cached_property
    def due(self) -> datetime | None:
        return _time(self.row["next_update_at"])

    @cached_property
    def agreed(self) -> datetime | None:
        """When the next agreed time is over, by its clock."""
        return _time(self.row["due_at"])

    @cached_property
    def task_due(self) -> datetime | None:
        """When the first task of theirs is due."""
        return _time(self.row["task_due"])

    @cached_property
    def since(self) -> datetime:
        return datetime.fromisoformat(self.row["ball_since"])

    @property
    def reason(self) -> str:
        """In one sentence: the promise where it is near, else what makes it press, else what happened last."""
        return self._of_the_promise() or self._of_the_harm() or self.happened or self._of_the_turn()

    def _parts(self) -> Iterator[Part]:
        if self.due:
            yield Part(*_of_promise(self.due - self.at))
        elif self._is_unsaid:
            yield Part(_("nothing promised yet"), UNSAID)
        if self.agreed:
            yield Part(_("agreed time {by}").format(by=say.by(self.agreed)), _points(self.agreed - self.at, AGREED))
        if self.task_due:
            yield Part(
                _("your task due {by}").format(by=say.by(self.task_due)), _points(self.task_due - self.at, AGREED)
            )
        yield Part(self.priority or _("not judged yet"), PRIORITIES[self.row["priority"]])
        if self._is_unowned:
            yield Part(_("nobody owns it"), UNOWNED)
        if points := TIERS.get(self.row["tier"], 0):
            yield Part(str(Account.Tier(self.row["tier"]).label), points)
        hours = min(int((self.at - self.since).total_seconds() // 3600), WAITED)
        yield Part(_("ball there for {span}").format(span=say.duration(self.at - self.since)), hours)

    def _of_the_promise(self) -> str:
        name = first_name(self.row["reporter_name"])
        if self.due and self.due < self.at:
            return _("Promise to {name} broken for {span}").format(name=name, span=say.duration(self.at - self.due))
        if self.due and self.due - self.at < DUE[-1][0]:
            return _("Promise to {name} due in {span}").format(name=name, span=say.duration(self.due - self.at))
        if self.task_due and self.task_due < self.at:
            return _("Task late: {text}").format(text=self.row["task"])
        if self.task_due and self.task_due - self.at < AGREED[-1][0]:
            return _("Task due in {span}: {text}").format(
                span=say.duration(self.task_due - self.at), text=self.row["task"]
            )
        if self.agreed and self.agreed < self.at:
            return _("Agreed time over for {span}").format(span=say.duration(self.at - self.agreed))
        if self.agreed and self.agreed - self.at < AGREED[-1][0]:
            return _("Agreed time over in {span}").format(span=say.duration(self.agreed - self.at))
        return ""

    def _of_the_harm(self) -> str:
        if self.row["priority"] == Priority.CRITICAL and self._is_unowned:
            return _("{priority}, nobody owns it").format(priority=self.priority)
        if self._is_unsaid and self.row["stage"] in FIRST_STAGES:
            return _("{name} has no answer yet").format(name=first_name(self.row["reporter_name"]))
        if self._is_unowned and not self.row["team"]:
            return _("Nobody owns it")
        if self.row["priority"] == Priority.CRITICAL and self.due is None:
            return _("{priority}, and nothing is promised").format(priority=self.priority)
        return ""

    def _of_the_turn(self) -> str:
        row, since = self.row, say.duration(self.at - self.since)
        if row["ball"] == Ball.CUSTOMER:
            return _("{name} was asked {span} ago").format(name=first_name(row["reporter_name"]), span=since)
        if row["stage"] == Stage.ESCALATE and row["ball"] == Ball.ENGINEERING and not row["holder"]:
            return _("{team} was asked {span} ago, nobody took it").format(team=self.ball, span=since)
        if self.row["team"] and not row["holder"]:
            return _("Waits for {team} for {span}").format(team=row["team"], span=since)
        if self.due:
            return _("Promise to {name} {by}").format(name=first_name(row["reporter_name"]), by=say.by(self.due))
        return _("With you for {span}").format(span=since) if self.mine else _("There for {span}").format(span=since)

    @property
    def _is_unsaid(self) -> bool:
        return self.due is None and (self.row["stage"] in FIRST_STAGES or self.row["ball_with"] is None)

    @property
    def _is_unowned(self) -> bool:
        return not (self.row["ball_with"] or self.row["customer_owner"] or self.row["technical_owner"])


@dataclass
class Sleeper(Named):
    """A case this person put off."""

    row: dict[str, Any]

    @property
    def href(self) -> str:
        return address(self.number)

    @property
    def until(self) -> str:
        """When it comes back, in words."""
        return waking.until(_time(self.row["until"]), self.row["on"], first_name(self.row["reporter_name"]))


def placed(rows: Iterable[dict[str, Any]], actor: Any, at: datetime) -> list[Place]:
    """By points; of the same points the sooner promise first, then the older case."""
    places = [Place(row, actor.pk, at) for row in rows]
    never = datetime.max.replace(tzinfo=at.tzinfo)
    return sorted(places, key=lambda place: (-place.points, place.due or never, place.number))


def _of_promise(left: timedelta) -> tuple[str, int]:
    if left < timedelta(0):
        return _("promise broken"), BROKEN
    return _("promise due in {span}").format(span=say.duration(left)), _points(left, [*DUE, DUE_TODAY])


def _points(left: timedelta, steps: list[tuple[timedelta, int]]) -> int:
    return next((points for within, points in steps if left <= within), 0)


def _time(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
