"""What waits for a colleague or a team, so that nobody retires from it unnoticed."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tandem.automate.models import Rule
from tandem.cases.models import Case
from tandem.escalate.models import Escalation
from tandem.kit.addresses import url
from tandem.organize.models import Task
from tandem.people.models import Team, User

MANY = 1000
"""Counted up to here: what is more tells nobody more."""


class Held(NamedTuple):
    says: str
    many: int
    href: str = ""


def by_person(person: User, actor: Any) -> list[Held]:
    """Open cases, tasks and rules, each with a way there."""
    cases = Case.objects.visible_to(actor).open().order_by()
    waiting = cases.filter(ball_with=person.pk)
    tasks = Task.objects.visible_to(actor).open().filter(whom=person).order_by()
    rules = Rule.objects.visible_to(actor).on().filter(switched_on_by=person).order_by()
    owned = cases.filter(Q(customer_owner=person) | Q(technical_owner=person))
    return [
        Held(_("Open cases they own"), _count(owned), asked(f"owner:{person.email}")),
        Held(_("Open cases that wait for them"), _count(waiting), asked(f"ball:{person.email}")),
        Held(_("Tasks to do"), _count(tasks)),
        Held(_("Rules that act for them, and stop"), _count(rules), url("automation")),
    ]


def by_teams(teams: QuerySet[Team], actor: Any) -> QuerySet[Team]:
    """Each with `ball_of` and `asked_of`, up to MANY keys of open cases whose ball it has, and of which it is asked."""
    open_cases = Case.objects.visible_to(actor).open().order_by()
    asked_of = Escalation.objects.visible_to(actor).open().filter(team=OuterRef("pk"), case__in_queue=True).order_by()
    return teams.annotate(
        ball_of=ArraySubquery(open_cases.filter(ball_team=OuterRef("pk")).values("pk")[:MANY]),
        asked_of=ArraySubquery(asked_of.values("case")[:MANY]),
    )


def count_of(team: Any) -> int:
    """How many open cases one of `by_teams` holds."""
    return len({*team.ball_of, *team.asked_of})


def asked(query: str) -> str:
    """That list, in the queue."""
    return f"{url('queue')}?{urlencode({'q': query})}"


def _count(rows: Any) -> int:
    counted: int = rows[:MANY].count()
    return counted
