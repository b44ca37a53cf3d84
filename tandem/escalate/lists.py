"""The escalations of a team, by state, a page at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Count, Exists, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.escalate.models import Escalation, EscalationState
from tandem.escalate.models.raising import EscalationQuerySet
from tandem.kit import clock, say
from tandem.kit.lists import Line, minutes
from tandem.people.models import Team
from tandem.triage.priority import tone_of, word_of

PAGE = 50
EVERY = "all"
VIEWS: dict[str, tuple[Any, str]] = {
    "waiting": (gettext_lazy("Waiting"), EscalationState.REQUESTED),
    "active": (gettext_lazy("Active"), EscalationState.ACTIVE),
    "returned": (gettext_lazy("Returned"), EscalationState.RETURNED),
    "handed-back": (gettext_lazy("Handed back"), EscalationState.HANDED_BACK),
}
BY_PRIORITY = (EscalationState.REQUESTED, EscalationState.ACTIVE)
DUE: list[Callable[[list[Escalation]], dict[int, datetime]]] = []
"""When later rooms say that something of these is due, by escalation."""


def waiting_for(actor: Any) -> EscalationQuerySet:
    """What their teams have not answered; of who is in none of them, what none has."""
    theirs = Team.objects.filter(kind=Team.Kind.ENGINEERING, members=actor.pk).order_by()
    waiting = Escalation.objects.visible_to(actor).filter(state=VIEWS["waiting"][1])
    return waiting.filter(Q(team__in=theirs.values("pk")) | ~Exists(theirs))


@dataclass
class EscalationList:
    """What was asked for in the address: `view`, `team` (a slug, or all), and `after`, where the page begins."""

    actor: Any
    asked: dict[str, str] = field(default_factory=dict)

    @property
    def view(self) -> str:
        return self.asked["view"] if self.asked.get("view") in VIEWS else "waiting"

    @property
    def state(self) -> str:
        return VIEWS[self.view][1]

    @cached_property
    def teams(self) -> list[Any]:
        """Every engineering team, with `mine` told of each."""
        mine = Count("members", filter=Q(members=self.actor))
        return list(Team.objects.filter(kind=Team.Kind.ENGINEERING).annotate(mine=mine))

    @property
    def chosen(self) -> list[Any]:
        """The team of the address, else one's own; nobody's own are all."""
        if slug := self.asked.get("team"):
            return [team for team in self.teams if team.slug == slug]
        return [team for team in self.teams if team.mine]

    def page(self) -> tuple[list[Escalation], str | None]:
        """The escalations of this page, and the address of the next."""
        rows = self._after(self._of_teams().filter(state=self.state)).with_people().defer("package")
        rows = rows.by_priority() if self.state in BY_PRIORITY else rows.order_by("-pk")
        found = list(rows[: PAGE + 1])
        more = len(found) > PAGE
        return found[:PAGE], self.address(after=_mark(found[PAGE - 1])) if more else None

    def chips(self) -> list[dict[str, Any]]:
        counts = dict(
            self._of_teams().order_by().filter(state__in=BY_PRIORITY).values_list("state").annotate(Count("pk"))
        )
        return [
            {
                "label": label,
                "href": self.address(view=name, after=""),
                "on": name == self.view,
                "count": counts.get(state, 0) if state in BY_PRIORITY else None,
            }
            for name, (label, state) in VIEWS.items()
        ]

    def team_chips(self) -> list[dict[str, Any]]:
        chosen = self.chosen
        every = {"label": _("All teams"), "href": self.address(team=EVERY, after=""), "on": not chosen}
        return [
            every,
            *(
                {"label": team.name, "href": self.address(team=team.slug, after=""), "on": team in chosen}
                for team in self.teams
            ),
        ]

    def address(self, **changed: str) -> str:
        told = {**self.asked, **changed}
        kept = {name: told[name] for name in ("view", "team", "after") if told.get(name)}
        return f"{reverse('escalations')}?{urlencode(kept)}" if kept else reverse("escalations")

    def _of_teams(self) -> EscalationQuerySet:
        rows = Escalation.objects.visible_to(self.actor)
        return rows.filter(team__in=self.chosen) if self.chosen else rows

    def _after(self, rows: EscalationQuerySet) -> EscalationQuerySet:
        try:
            priority, pk = signing.loads(self.asked.get("after", ""), salt="escalations")
        except (signing.BadSignature, ValueError):
            return rows
        if self.state in BY_PRIORITY:
            return rows.filter(Q(priority__gt=priority) | Q(priority=priority, pk__gt=pk))
        return rows.filter(pk__lt=pk)


def _mark(escalation: Escalation) -> str:
    return signing.dumps([escalation.priority, escalation.pk], salt="escalations")


def lines(escalations: list[Escalation], actor: Any) -> list[Line]:
    due: dict[int, datetime] = {}
    for told in DUE:
        due |= told(escalations)
    return [line(escalation, actor, due_at=due.get(escalation.pk)) for escalation in escalations]


def line(escalation: Escalation, actor: Any, *, due_at: datetime | None = None) -> Line:
    """An escalation as a row of the `queue` macro: due when the team must have moved, else when the customer hears next."""
    case = escalation.case
    owners = [(case.customer_owner, "support"), (escalation.accepted_by, "engineering")]
    due = (due_at or case.next_update_at) if escalation.is_open else None
    return Line(
        number=case.number,
        href=reverse("escalation", args=[escalation.pk]),
        title=escalation.asking,
        account=case.account.name if case.account else case.reporter.name,
        stage=escalation.team.name,
        stage_state="here" if escalation.is_open else "done",
        priority=word_of(escalation.priority),
        priority_tone=tone_of(escalation.priority),
        owners=tuple((person.name, side) for person, side in owners if person),
        ball=turn(escalation),
        mine=actor in (escalation.accepted_by, case.ball_holder),
        due=due,
        left=minutes(due, clock.now()),
    )


def turn(escalation: Escalation) -> str:
    """What happens with it, and since when."""
    if escalation.state == EscalationState.REQUESTED:
        return _("asked {ago}").format(ago=say.ago(escalation.requested_at))
    if escalation.accepted_by and escalation.state == EscalationState.ACTIVE:
        return _("{name}, {ago}").format(name=escalation.accepted_by.first_name, ago=say.ago(escalation.accepted_at))
    if escalation.state == EscalationState.RETURNED:
        return _("returned {ago}").format(ago=say.ago(escalation.returned_at))
    if escalation.awaits_support:
        return _("support has not taken it yet")
    return _("done")
