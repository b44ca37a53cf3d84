from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.sentences import say
from tandem.escalate.models.answering import Answering
from tandem.escalate.models.raising import IS_OPEN, EscalationManager
from tandem.escalate.models.state import STATE_OF_TIMES, EscalationState
from tandem.intake.models import Question
from tandem.kit import clock
from tandem.people.models import Team

say("escalation.requested", _("Asked {team}: {asking}"), in_general=_("An escalation was requested"))
say("escalation.accepted", _("{team} accepted"), in_general=_("A team accepted the escalation"))
say("escalation.returned", _("{team} returned it: {reasons}"), in_general=_("A team returned the escalation"))
say("escalation.asked", _("Asked {of}: {text}"), in_general=_("Something was asked within an escalation"))
say("escalation.handed_back", _("{team} handed back: {cause}"), in_general=_("A team handed back"))
say("escalation.acknowledged", _("Taken back from {team}"), in_general=_("What a team handed back was taken over"))
say("escalation.withdrawn", _("The escalation to {team} was withdrawn"), in_general=_("An escalation was withdrawn"))

SOMEBODY = settings.AUTH_USER_MODEL


def _by_somebody(act: str) -> models.CheckConstraint:
    nobody = Q(**{f"{act}_at": None, f"{act}_by": None})
    return models.CheckConstraint(
        condition=nobody | Q(**{f"{act}_at__isnull": False, f"{act}_by__isnull": False}),
        name=f"escalation_{act}_by_somebody",
    )


class Escalation(Answering):
    """A request to an engineering team with all we know: accepted or returned with reasons, and handed back."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="escalations")
    team = models.ForeignKey(Team, models.PROTECT, related_name="escalations_asked")
    asking = models.TextField()
    package = models.JSONField()
    priority = models.PositiveSmallIntegerField()
    follows = models.ForeignKey("self", models.PROTECT, related_name="followed_by", null=True)
    questions_asked = models.ManyToManyField(Question, related_name="escalations_asking")
    requested_by = models.ForeignKey(SOMEBODY, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=clock.now, editable=False)
    accepted_by = models.ForeignKey(SOMEBODY, models.PROTECT, related_name="+", null=True)
    accepted_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(SOMEBODY, models.PROTECT, related_name="+", null=True)
    returned_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)
    lacking = models.JSONField(default=list)
    handed_back_by = models.ForeignKey(SOMEBODY, models.PROTECT, related_name="+", null=True)
    handed_back_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(SOMEBODY, models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)
    state = models.GeneratedField(
        expression=STATE_OF_TIMES,
        output_field=models.CharField(max_length=16, choices=EscalationState),
        db_persist=True,
    )

    objects = EscalationManager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("case", "team", condition=IS_OPEN, name="one_open_escalation_per_team"),
            models.CheckConstraint(condition=~Q(asking=""), name="escalation_asks_something"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(returned_at=None), name="escalation_accepted_or_returned"
            ),
            models.CheckConstraint(
                condition=Q(handed_back_at=None) | Q(accepted_at__isnull=False),
                name="escalation_handed_back_once_accepted",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(returned_at=None, handed_back_at=None),
                name="escalation_withdrawn_while_open",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, reasons="") | (Q(returned_at__isnull=False) & ~Q(reasons="")),
                name="escalation_returned_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None) | Q(withdrawn_at__isnull=False), name="escalation_withdrawn_at_a_time"
            ),
            *map(_by_somebody, ["accepted", "returned", "handed_back"]),
        ]
        indexes = [
            models.Index(fields=["state", "priority", "id"], name="escalations_by_priority"),
            models.Index(fields=["team", "state", "priority", "id"], name="escalations_of_team"),
            models.Index(fields=["state", "-id"], name="escalations_newest"),
            models.Index(fields=["team", "state", "-id"], name="escalations_of_team_newest"),
        ]

    def __str__(self) -> str:
        return self.asking

    @property
    def state_label(self) -> str:
        return str(EscalationState(self.state).label)

    @property
    def missing(self) -> list[str]:
        """The checks (`package.Check`) its package did not meet."""
        return [check["key"] for check in self.package["completeness"] if not check["met"]]

    def record(self, past: str, *, by: Any, **facts: Any) -> None:
        self.case.record(f"escalation.{past}", by=by, escalation=self.pk, team=self.team.name, **facts)
