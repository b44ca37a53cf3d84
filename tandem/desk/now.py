"""What matters now to this person, in order of promise and harm, each with the reason of its place."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.cases.models.case import CaseQuerySet
from tandem.desk.rows import row
from tandem.kit import clock
from tandem.people.roles import Can

SOON = timedelta(hours=4)
SCREENFUL = 12
MOST = 60
FIRST_STAGES = [Stage.SUBMIT, Stage.INTAKE, Stage.TRIAGE]


@dataclass
class Now:
    now: list[dict]
    next: list[dict]
    waiting: list[dict]


def of(actor: Any) -> Now:
    """Four queries: to do now (at most a screenful), to do next, and what waits for others."""
    pressing = [*_rows(due(actor)), *_rows(unanswered(actor))]
    later = _my_turn(actor).exclude(_presses())
    others = _open(actor).filter(_mine(actor)).exclude(_turn(actor))
    return Now(
        now=[row(case, actor, reason=_reason(case)) for case in pressing[:SCREENFUL]],
        next=[row(case, actor) for case in [*pressing[SCREENFUL:], *_rows(later)]],
        waiting=[row(case, actor) for case in _rows(others)],
    )


def due(actor: Any) -> CaseQuerySet:
    """Promises broken or due within SOON, of those where this person must move."""
    return _my_turn(actor).filter(next_update_at__lt=clock.now() + SOON)


def unanswered(actor: Any) -> CaseQuerySet:
    """Nobody has said yet when the customer hears from us, or no engineer has taken it."""
    return _my_turn(actor).filter(_unanswered() | _unaccepted()).exclude(next_update_at__lt=clock.now() + SOON)


def _rows(cases: CaseQuerySet) -> list[Case]:
    return list(cases.by_promise().with_people()[:MOST])


def _open(actor: Any) -> CaseQuerySet:
    return Case.objects.visible_to(actor).open().order_by()


def _my_turn(actor: Any) -> CaseQuerySet:
    return _open(actor).filter(_turn(actor))


def _mine(actor: Any) -> Q:
    return Q(customer_owner=actor) | Q(technical_owner=actor)


def _turn(actor: Any) -> Q:
    """This person must move: the ball is with them, with their team, or with nobody of their side yet."""
    turn = Q(ball_holder=actor)
    turn |= Q(ball_holder=None, ball=Ball.SUPPORT, customer_owner=actor)
    turn |= Q(ball_holder=None, ball=Ball.ENGINEERING, technical_owner=actor)
    turn |= Q(ball_holder=None, ball_team__in=actor.teams.values("pk"))
    if actor.may(Can.STEER):
        turn |= Q(ball=Ball.SUPPORT, customer_owner=None)
    return turn


def _presses() -> Q:
    return Q(next_update_at__isnull=False, next_update_at__lt=clock.now() + SOON) | _unanswered() | _unaccepted()


def _unanswered() -> Q:
    return Q(next_update_at=None, stage__in=FIRST_STAGES)


def _unaccepted() -> Q:
    return Q(stage=Stage.ESCALATE, ball=Ball.ENGINEERING, ball_holder=None)


def _reason(case: Case) -> str:
    """Why it stands under Now, where no promise says it."""
    if case.next_update_at:
        return ""
    if case.stage in FIRST_STAGES:
        return _("{who} has no answer yet").format(who=case.reporter.first_name)
    return _("waits for somebody to accept it")
