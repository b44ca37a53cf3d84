"""Whose turn a case is, as readings of one index each, so that a million cases cost as little as ten."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.cases.models.case import CaseQuerySet
from tandem.kit import clock, prepared
from tandem.kit.keys import one_of
from tandem.organize.models import Snooze, Task
from tandem.people.models import Team, User
from tandem.people.roles import Can
from tandem.triage.priority import Priority

SOON, NEAR = timedelta(hours=4), timedelta(hours=1)
"""Within these a case presses: where it is one's turn, and where one only keeps the promise."""
MANY = 100
"""Of one reading no more is read, nor counted."""
LATER, SLEEPING = 30, 9
FREE = Q(ball_with=None, ball_team=None, ball=Ball.SUPPORT)
FIRST_STAGES = [Stage.SUBMIT, Stage.INTAKE, Stage.TRIAGE]
CRITICAL = Q(priority=Priority.CRITICAL)


def within() -> dict[str, datetime]:
    """What readings are given: until when a promise presses."""
    now = clock.now()
    return {"soon": now + SOON, "near": now + NEAR}


def pressing(actor: Any, *, soon: datetime, near: datetime) -> dict[str, CaseQuerySet]:
    """What cannot wait, a reading for each reason that it is this person's turn; no case is in two of them."""
    cases, turns, tasks = _open(actor), _turns(actor), _tasks(actor, soon)
    here = _presses(soon) | _agreed(soon) | CRITICAL | tasks
    readings = {name: cases.filter(turn, here) for name, turn in turns.items() if name != "free"}
    elsewhere = cases.exclude(turns["own"] | turns["team"])
    if "free" in turns:
        unowned, by_promise = cases.filter(FREE), Q(next_update_at__lt=soon) | Q(next_update_at=None)
        # Two, for each has an index: the longest list of all is the one nobody owns.
        readings["critical"] = unowned.filter(CRITICAL)
        readings["free"] = unowned.exclude(CRITICAL).filter(by_promise)
        elsewhere = elsewhere.exclude(FREE & (CRITICAL | by_promise))
    readings["promise"] = elsewhere.filter(_kept(actor, near))
    readings["task"] = elsewhere.filter(tasks).exclude(_kept(actor, near))
    return readings


def read(actor: Any) -> dict[str, list[dict[str, Any]]]:
    """In one query: what presses, what does not yet (`later…`), what waits for others (`waiting…`), and what they snoozed."""
    return _read(actor.role, me=actor.pk, **within())


@prepared.gathered
def _read(role: str, *, me: int, soon: datetime, near: datetime) -> dict[str, QuerySet]:
    actor = User(pk=me, role=role)
    cases = _open(actor)
    tasks = _tasks(actor, soon)
    later = {name: _later(cases.filter(turn).exclude(tasks), name, soon) for name, turn in _turns(actor).items()}
    presses = pressing(actor, soon=soon, near=near)
    others = cases.exclude(reduce(or_, _turns(actor).values())).exclude(tasks).exclude(_kept(actor, near))
    return {
        **{name: _first(_columns(rows, actor), name, MANY) for name, rows in presses.items()},
        **{f"later_{name}": _first(_columns(rows, actor), name, LATER) for name, rows in later.items()},
        **{f"waiting_{name}": _columns(others.filter(part), actor)[:LATER] for name, part in _parts(actor).items()},
        "snoozed": _asleep(actor),
    }


def _asleep(actor: Any) -> QuerySet:
    """What they put off themselves, by when it comes back."""
    own = Snooze.objects.visible_to(actor).standing().filter(begun_by=actor.pk, case__in_queue=True)
    return own.order_by(F("until").asc(nulls_last=True), "pk").values(
        "until", "on", number=F("case__number"), title=F("case__title"),
        company=F("case__account__name"), reporter_name=F("case__reporter__name"),
    )[:SLEEPING]  # fmt: skip


def _first(rows: QuerySet, turn: str, most: int) -> QuerySet:
    """By promise. Where they are few among many the order is one no index has: else all open cases were read for them."""
    few_among_many = turn in ("team", "task", "critical")
    return (rows.order_by(Coalesce("next_update_at", "opened_at"), "pk") if few_among_many else rows)[:most]


def _columns(cases: CaseQuerySet, actor: Any) -> QuerySet:
    task = Task.objects.visible_to(actor).open().filter(whom=actor.pk, case=OuterRef("pk"), due_at__isnull=False)
    first = task.order_by("due_at", "pk")
    return cases.by_promise().values(
        "pk", "number", "title", "stage", "priority", "ball", "ball_with", "ball_since", "next_update_at", "due_at",
        "customer_owner", "technical_owner", company=F("account__name"), tier=F("account__tier"),
        reporter_name=F("reporter__name"), holder=F("ball_holder__name"), team=F("ball_team__name"),
        task=Subquery(first.values("text")[:1]), task_due=Subquery(first.values("due_at")[:1]),
    )  # fmt: skip


def _open(actor: Any) -> CaseQuerySet:
    """And awake for their side: what is snoozed comes back by itself."""
    return Case.objects.visible_to(actor).open().awake_for(actor).order_by()


def _parts(actor: Any) -> dict[str, Q]:
    """What of a case is theirs; each has its index."""
    speaks, drives = Q(customer_owner=actor), Q(technical_owner=actor)
    return {"voice": speaks, "cause": drives & ~speaks}


def _turns(actor: Any) -> dict[str, Q]:
    """The ball is with them, with their team, or with nobody of their side yet."""
    teams = Team.members.through.objects.filter(user=actor).values("team")
    turns = {"own": Q(ball_with=actor.pk), "team": Q(ball_holder=None, ball_team__in=teams) & ~Q(ball_with=actor.pk)}
    return turns | {"free": FREE} if actor.may(Can.STEER) else turns


def _later(cases: CaseQuerySet, turn: str, soon: datetime) -> CaseQuerySet:
    """What does not press yet; what nobody owns and nobody promised anything about always does."""
    if turn == "free":
        return cases.filter(next_update_at__gte=soon).exclude(CRITICAL)
    return cases.exclude(_presses(soon) | _agreed(soon) | CRITICAL)


def _presses(soon: datetime) -> Q:
    return Q(next_update_at__isnull=False, next_update_at__lt=soon) | _unsaid() | _unaccepted()


def _kept(actor: Any, near: datetime) -> Q:
    """A promise they keep is broken or nearly, whose turn it may be: that we have no news is news to the customer."""
    return Q(customer_owner=actor.pk, next_update_at__isnull=False, next_update_at__lt=near)


def _tasks(actor: Any, soon: datetime) -> Q:
    """With a task of theirs that is late or soon due."""
    due = Task.objects.visible_to(actor).open().filter(whom=actor.pk, due_at__lt=soon)
    return one_of(due.order_by().values("case"))


def _agreed(soon: datetime) -> Q:
    """What is agreed with the customer or among us is due by the clock."""
    return Q(due_at__isnull=False, due_at__lt=soon)


def _unsaid() -> Q:
    """Nobody has said yet when the customer hears from us."""
    return Q(next_update_at=None) & (Q(stage__in=FIRST_STAGES) | Q(ball_with=None))


def _unaccepted() -> Q:
    return Q(stage=Stage.ESCALATE, ball=Ball.ENGINEERING, ball_holder=None)
