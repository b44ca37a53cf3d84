"""What matters now to this person, in order of promise and harm, each with the reason of its place."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.desk.rows import has_ball, row
from tandem.kit import clock, say
from tandem.people.roles import Can

SOON = timedelta(hours=4)
SCREENFUL = 12
LOOKED_AT = 120


@dataclass
class Now:
    now: list[dict]
    next: list[dict]
    waiting: list[dict]


def of(actor: Any) -> Now:
    """One query, then three lists: to do now (at most a screenful), to do next, and what waits for others."""
    lists = Now([], [], [])
    for case in _mine(actor):
        if not _is_my_turn(case, actor):
            lists.waiting.append(row(case, actor))
        elif (reason := _reason(case)) and len(lists.now) < SCREENFUL:
            lists.now.append(row(case, actor, reason=reason))
        else:
            lists.next.append(row(case, actor))
    return lists


def _mine(actor: Any) -> list[Case]:
    share = Q(customer_owner=actor) | Q(technical_owner=actor) | Q(ball_holder=actor)
    share |= Q(ball_holder=None, ball_team__members=actor)
    if actor.may(Can.STEER):
        share |= Q(customer_owner=None)
    cases = Case.objects.visible_to(actor).open().filter(share).with_people().by_promise()
    return list(cases.distinct()[:LOOKED_AT])


def _is_my_turn(case: Case, actor: Any) -> bool:
    if has_ball(case, actor):
        return True
    if case.ball == Ball.ENGINEERING and case.ball_team and not case.ball_holder_id:
        return not actor.may(Can.SPEAK)
    return case.ball == Ball.SUPPORT and case.customer_owner_id is None


def _reason(case: Case) -> str:
    """Why it stands under Now; empty if it can wait."""
    moment = clock.now()
    if case.next_update_at and case.next_update_at < moment:
        return _("The promise broke {ago}").format(ago=say.ago(case.next_update_at))
    if case.next_update_at and case.next_update_at < moment + SOON:
        return _("{who} hears from us {at}").format(who=case.reporter.first_name, at=say.ago(case.next_update_at))
    if case.stage in (Stage.SUBMIT, Stage.INTAKE, Stage.TRIAGE) and case.next_update_at is None:
        return _("{who} has no answer yet").format(who=case.reporter.first_name)
    if case.stage == Stage.ESCALATE and case.ball == Ball.ENGINEERING and not case.ball_holder_id:
        return _("Waits for somebody to accept")
    return ""
