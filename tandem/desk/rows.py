"""A case as a row of a list, in plain words for the `queue` macro."""

from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.triage.priority import tone_of, word_of


def row(case: Case, actor: Any, **more: Any) -> dict[str, Any]:
    return {
        "number": case.number,
        "href": address(case.number),
        "title": case.title,
        "account": case.account.name if case.account else case.reporter.name,
        # Not `get_stage_display`: that makes its table of words anew for each row.
        "stage": Stage(case.stage).label,
        "stage_state": "here" if case.is_open else "done",
        "priority": word_of(case.priority),
        "priority_tone": tone_of(case.priority),
        "owners": owners(case),
        "ball": ball(case) if case.is_open else "",
        "mine": has_ball(case, actor),
        "clock": {"at": case.next_update_at} if case.next_update_at and case.is_open else None,
        **more,
    }


def address(number: int) -> str:
    """Where a case stands; fifty rows do not ask for fifty addresses."""
    return _pattern().replace("/0/", f"/{number}/")


@cache
def _pattern() -> str:
    return reverse("case", args=[0])


def owners(case: Case) -> list[dict[str, str]]:
    both = [(case.customer_owner, "support"), (case.technical_owner, "engineering")]
    return [{"name": person.name, "side": side} for person, side in both if person]


def ball(case: Case) -> str:
    """Who must move next, by name where we know it."""
    if case.ball == Ball.CUSTOMER:
        return case.reporter.first_name
    holder = case.ball_holder.first_name if case.ball_holder else None
    return holder or (case.ball_team.name if case.ball_team else None) or str(Ball(case.ball).label)


def has_ball(case: Case, actor: Any) -> bool:
    """Whether this person must move next: they hold it, or they own the side that does and nobody holds it."""
    if case.ball_holder_id:
        return case.ball_holder_id == actor.pk
    owner = {Ball.SUPPORT: case.customer_owner_id, Ball.ENGINEERING: case.technical_owner_id}.get(Ball(case.ball))
    return owner == actor.pk


def place(case: Case) -> str:
    """Account and environment, as they stand beside the title."""
    return " · ".join(str(part) for part in (case.account, case.environment) if part) or _("no account")
