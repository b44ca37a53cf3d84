"""A case as a row of a list: only what the row shows, read in one query without making cases of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.cases.models.case import CaseQuerySet
from tandem.kit import clock, say
from tandem.kit.lists import KEYS_THERE, Line, minutes
from tandem.organize.models.snooze import FAR
from tandem.queue.columns import USUAL, reads, words
from tandem.triage.priority import tone_of, word_of


class Row(NamedTuple):
    """`at` is the next promise, `merged_into` the number of the case it is read on, `key` what the list is ordered by, `told` what else its columns read."""

    pk: int
    number: int
    title: str
    stage: str
    priority: int
    ball: str
    ball_with: int | None
    snoozed_until: datetime | None
    at: datetime | None
    account: str | None
    reporter: str
    customer_owner: str | None
    technical_owner: str | None
    ball_holder: str | None
    ball_team: str | None
    merged_into: int | None
    key: datetime | None
    told: tuple[Any, ...] = ()


OWN, NAMED = Row._fields[:8], Row._fields[9:15]
READ = Row._fields.index("told")


def read(cases: CaseQuerySet, most: int, key: str = "next_update_at", shows: Sequence[str] = USUAL) -> list[Row]:
    return made(columns(cases, key, shows)[:most])


def made(found: Iterable[tuple]) -> list[Row]:
    """From what `columns` reads."""
    return [Row._make([*row[:READ], row[READ:]]) for row in found]


def columns(cases: CaseQuerySet, key: str = "next_update_at", shows: Sequence[str] = USUAL, *more: Any) -> QuerySet:
    names = (f"{name}__name" for name in NAMED)
    return cases.values_list(*OWN, "next_update_at", *names, "merged_into__number", F(key), *reads(shows), *more)


class Manner(NamedTuple):
    """How rows are drawn: the form their boxes belong to, whether one can look into them beside the list, which columns."""

    pick: str = ""
    peeks: bool = False
    shows: tuple[str, ...] = USUAL


USUALLY = Manner()
Here = tuple[tuple[str, str, bool], ...]
NOBODY: Mapping[int, Here] = {}


def lines(
    rows: Iterable[Row],
    actor: Any,
    reason: Callable[[Row], str] = lambda row: "",
    manner: Manner = USUALLY,
    here: Mapping[int, Here] = NOBODY,
) -> list[Line]:
    """In plain words, as this person sees them. A `reason` stands where no promise does; who is `here` by the case's id."""
    now = clock.now()
    reader, me = (get_language(), get_current_timezone(), now.date()), actor.pk
    return [
        _line(row, row.ball_with == me, minutes(row.at, now), reason(row), manner, reader, here.get(row.pk, ()))
        for row in rows
    ]


@lru_cache(maxsize=4096)
def _line(row: Row, mine: bool, left: int | None, reason: str, manner: Manner, reader: tuple, here: Here) -> Line:
    """The same row reads the same to everybody whose turn it is, or is not."""
    is_open = row.stage != Stage.CLOSE and row.merged_into is None
    both = ((row.customer_owner, "support"), (row.technical_owner, "engineering"))
    return Line(
        number=row.number,
        href=address(row.number),
        title=row.title,
        account=row.account or row.reporter,
        stage=_stands(row),
        stage_state="here" if is_open else "done",
        priority=word_of(row.priority),
        priority_tone=tone_of(row.priority),
        owners=tuple((name, side) for name, side in both if name),
        ball=turn(row.ball, row.reporter, row.ball_holder, row.ball_team) if is_open else "",
        mine=mine,
        due=row.at if is_open else None,
        left=left if is_open else None,
        reason=reason,
        sleeps=_sleeps(row.snoozed_until) if is_open else None,
        here=here,
        pick=manner.pick,
        peek=peek_address(row.number) if manner.peeks else "",
        shows=manner.shows,
        told=words(manner.shows, row.told),
        there=KEYS_THERE,
    )


def _stands(row: Row) -> str:
    """What is read on another case has no stage of its own any more."""
    if row.merged_into is not None:
        return _("merged into {number}").format(number=row.merged_into)
    return str(Stage(row.stage).label)


def _sleeps(until: datetime | None) -> str | None:
    """Until when; of what waits only for something to happen, nothing."""
    if until is None:
        return None
    return _("until {at}").format(at=say.moment(until)) if until < FAR else ""


def turn(ball: str, reporter: str, holder: str | None, team: str | None) -> str:
    """Who must move next, by name where we know it."""
    if ball == Ball.CUSTOMER:
        return first_name(reporter)
    return first_name(holder or "") or team or str(Ball(ball).label)


def first_name(name: str) -> str:
    return name.partition(" ")[0]


def address(number: int) -> str:
    """Where a case stands; fifty rows do not ask for fifty addresses."""
    return _pattern().replace("/0/", f"/{number}/")


def peek_address(number: int) -> str:
    return f"{address(number)}peek/"


@cache
def _pattern() -> str:
    return reverse("case", args=[0])


def place(case: Case) -> str:
    """Account and environment, as they stand beside the title."""
    return " · ".join(str(part) for part in (case.account, case.environment) if part) or _("no account")
