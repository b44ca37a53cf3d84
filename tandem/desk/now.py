"""What matters now to this person, in order of promise and harm, each with the reason of its place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.cases.models.case import CaseQuerySet
from tandem.kit import clock
from tandem.kit.lists import Line
from tandem.people.models import Team
from tandem.people.roles import Can
from tandem.queue import rows
from tandem.queue.rows import Row, first_name, lines

SOON = timedelta(hours=4)
SCREENFUL = 12
MOST = 60
FREE = Q(ball_with=None, ball_team=None, ball=Ball.SUPPORT)
FIRST_STAGES = [Stage.SUBMIT, Stage.INTAKE, Stage.TRIAGE]


@dataclass
class Now:
    now: list[Line]
    next: list[Line]
    waiting: list[Line]


def of(actor: Any) -> Now:
    """Four queries: to do now (at most a screenful), to do next, and what waits for others."""
    presses = [*_read(_due(actor)), *_read(_unanswered(actor))]
    later = _read(_my_turn(actor).exclude(_presses(soon())))
    others = _read(_open(actor).filter(_mine(actor)).exclude(_turn(actor)))
    return Now(
        now=lines(presses[:SCREENFUL], actor, _reason),
        next=lines([*presses[SCREENFUL:], *later], actor),
        waiting=lines(others, actor),
    )


def pressing(actor: Any, soon: datetime) -> dict[str, CaseQuerySet]:
    """What `of` puts first, a reading for each reason that it is this person's turn: so each is read by its own index."""
    cases, turns = _open(actor), _turns(actor)
    readings = {reason: cases.filter(turn, _presses(soon)) for reason, turn in turns.items() if reason != "free"}
    if "free" in turns:
        readings["free"] = cases.filter(turns["free"]).filter(Q(next_update_at__lt=soon) | Q(next_update_at=None))
    return readings


def _due(actor: Any) -> CaseQuerySet:
    """Promises broken or due within SOON, of those where this person must move."""
    return _my_turn(actor).filter(next_update_at__lt=soon())


def _unanswered(actor: Any) -> CaseQuerySet:
    """Nobody has said yet when the customer hears from us, or no engineer has taken it."""
    return _my_turn(actor).filter(_unsaid() | _unaccepted()).exclude(next_update_at__lt=soon())


def soon() -> datetime:
    return clock.now() + SOON


def _read(cases: CaseQuerySet) -> list[Row]:
    return rows.read(cases.by_promise(), MOST)


def _open(actor: Any) -> CaseQuerySet:
    return Case.objects.visible_to(actor).open().order_by()


def _my_turn(actor: Any) -> CaseQuerySet:
    return _open(actor).filter(_turn(actor))


def _mine(actor: Any) -> Q:
    return Q(customer_owner=actor) | Q(technical_owner=actor)


def _turn(actor: Any) -> Q:
    """This person must move."""
    return reduce(or_, _turns(actor).values())


def _turns(actor: Any) -> dict[str, Q]:
    """The ball is with them, with their team, or with nobody of their side yet."""
    teams = Team.members.through.objects.filter(user=actor).values("team")
    turns = {"own": Q(ball_with=actor.pk), "team": Q(ball_holder=None, ball_team__in=teams) & ~Q(ball_with=actor.pk)}
    return turns | {"free": FREE} if actor.may(Can.STEER) else turns


def _presses(soon: datetime) -> Q:
    return Q(next_update_at__isnull=False, next_update_at__lt=soon) | _unsaid() | _unaccepted()


def _unsaid() -> Q:
    return Q(next_update_at=None) & (Q(stage__in=FIRST_STAGES) | Q(ball_with=None))


def _unaccepted() -> Q:
    return Q(stage=Stage.ESCALATE, ball=Ball.ENGINEERING, ball_holder=None)


def _reason(row: Row) -> str:
    """Why it stands under Now, where no promise says it."""
    if row.at:
        return ""
    if row.stage in FIRST_STAGES:
        return _("{who} has no answer yet").format(who=first_name(row.reporter))
    if row.ball_team:
        return _("waits for {team}").format(team=row.ball_team)
    if row.ball == Ball.SUPPORT:
        return _("nobody looks after it")
    return _("waits for somebody to accept it")
