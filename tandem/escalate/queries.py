"""What people may ask about the teams that have a case."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tandem.cases.query.words import MOST_NAMED, MOST_SUGGESTED, NotUnderstood, word
from tandem.escalate.models import Escalation
from tandem.people.models import Team

MOST_ASKED = 1_000


def _teams(begun: str, actor: Any) -> list[tuple[str, str]]:
    found = Team.objects.filter(Q(slug__startswith=begun.lower()) | Q(name__istartswith=begun))
    return list(found.values_list("slug", "name")[:MOST_SUGGESTED])


@word(
    "team",
    _("the team that has the ball, itself or by one of its people, or is asked; mine: one of yours"),
    ["mine"],
    _teams,
)
def team(value: str, actor: Any) -> Q:
    mine = value.lower() == "mine"
    teams = list(
        Team.objects.filter(Q(members=actor.pk) if mine else Q(slug=value.lower())).values_list("pk", flat=True)
    )
    if not teams and not mine:
        raise NotUnderstood(gettext("There is no team “{name}”: it is asked for by its short name.").format(name=value))
    people = list(Team.members.through.objects.filter(team__in=teams).values_list("user", flat=True)[:MOST_NAMED])
    return Q(ball_team__in=teams) | Q(ball_with__in=people) | _is_asked(teams)


def _is_asked(teams: list[int]) -> Q:
    """As keys where they are few, so that all three are looked up by their indexes."""
    cases = Escalation.objects.open().filter(team__in=teams).order_by().values_list("case", flat=True)
    keys = list(cases[: MOST_ASKED + 1])
    return Q(pk__in=keys if len(keys) <= MOST_ASKED else cases)
