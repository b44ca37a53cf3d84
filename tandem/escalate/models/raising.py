from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage, is_before
from tandem.cases.models import Ball, Case
from tandem.escalate import package
from tandem.escalate.models import refusals
from tandem.kit.text import readable
from tandem.people.models import Team
from tandem.people.visibility import VisibleTo

if TYPE_CHECKING:
    from tandem.escalate.models.escalation import Escalation

IS_OPEN = Q(returned_at=None, handed_back_at=None, withdrawn_at=None)
CASE = ("account", "environment", "reporter", "customer_owner", "technical_owner", "ball_holder", "ball_team")
# In a list by priority, a case nobody has judged comes after all that somebody has.
UNJUDGED = 9


class EscalationQuerySet(VisibleTo):
    def open(self) -> Self:
        """Waiting or active: a team has it."""
        return self.filter(IS_OPEN)

    def waiting(self) -> Self:
        """Asked, and the team has not answered."""
        return self.open().filter(accepted_at=None)

    def active(self) -> Self:
        return self.open().filter(accepted_at__isnull=False)

    def returned(self) -> Self:
        return self.filter(returned_at__isnull=False)

    def handed_back(self) -> Self:
        return self.filter(handed_back_at__isnull=False)

    def by_priority(self) -> Self:
        """The most pressing first, and of those the one that has waited longest."""
        return self.order_by("priority", "pk")

    def with_people(self) -> Self:
        """With all a row or a page shows of it, but the package's own rows, in one query."""
        case = [f"case__{name}" for name in CASE]
        signed = [f"{act}_by" for act in ("requested", "accepted", "returned", "handed_back", "withdrawn")]
        return self.select_related(*case, *signed, "team", "hand_back_card__acknowledged_by")


class EscalationManager(models.Manager.from_queryset(EscalationQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def raise_to(self, team: Team, *, by: Any, asking: str, untried: str = "") -> "Escalation":
        """case.escalations.raise_to(platform, by=sam, asking="Why do exports stop at 10,000 rows?")

        All we know travels with it; `untried` says why nothing was tried, if so. What the package lacks is named,
        and no reason to wait. One that was returned is followed by the next. Raises `NothingAsked`,
        `NotEngineering`, `StillWaiting`, `cases.NoSuchRoad`.
        """
        case = self.instance.lock()
        asking, untried = readable(asking).strip(), readable(untried).strip()
        self._must_be_possible(team, asking)
        follows = self.to_follow(team)
        escalation = self.create(
            team=team,
            asking=asking,
            package=package.of(case, asking=asking, untried=untried, follows=follows),
            priority=case.priority or UNJUDGED,
            follows=follows,
            requested_by=by,
        )
        _walk_to_engineering(case, by=by)
        escalation.record("requested", by=by, asking=asking, missing=escalation.missing)
        case.pass_ball(Ball.ENGINEERING, by=by, team=team)
        return escalation

    def to_follow(self, team: Team) -> "Escalation | None":
        """What this team answered last, if it was returned; a withdrawn one is as if never asked."""
        last = self.filter(team=team, withdrawn_at=None).select_related("returned_by").order_by("-pk").first()
        return last if last and last.returned_at else None

    def _must_be_possible(self, team: Team, asking: str) -> None:
        if not asking:
            raise refusals.NothingAsked
        if team.kind != Team.Kind.ENGINEERING:
            raise refusals.NotEngineering
        if self.open().filter(team=team).exists():
            raise refusals.StillWaiting(_("{team} has this case already.").format(team=team.name))


def _walk_to_engineering(case: Case, *, by: Any) -> None:
    if case.stage == Stage.SUBMIT:
        case.enter(Stage.TRIAGE, by=by)
    if is_before(case.stage, Stage.INVESTIGATE):
        case.enter(Stage.INVESTIGATE, by=by)
    case.enter(Stage.ESCALATE, by=by)
