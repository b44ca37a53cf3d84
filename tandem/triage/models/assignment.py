from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.cases.sentences import say
from tandem.kit import clock
from tandem.kit.errors import Refused
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

say("assignment.given", _("{to} is {part} owner"), in_general=_("An owner was given"))
say("assignment.ended", _("{to} is no longer {part} owner"), in_general=_("Somebody is no longer an owner"))


class CannotOwn(Refused):
    """A customer owner speaks to customers; a technical owner works on cases."""


class NobodyOwns(Refused):
    """Give this case a customer owner and a technical owner first."""


class Part(models.TextChoices):
    """Who keeps the promise, and who drives the cause."""

    CUSTOMER = "customer", _("customer owner")
    TECHNICAL = "technical", _("technical owner")


NEEDED = {Part.CUSTOMER: Can.SPEAK, Part.TECHNICAL: Can.WORK}


class AssignmentQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(ended_at=None)


class AssignmentManager(models.Manager.from_queryset(AssignmentQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def give(self, part: str, *, to: Any, by: Any, why: str = "") -> "Assignment":
        """case.assignments.give(Part.TECHNICAL, to=erin, by=sam): ends what stood before. Raises `CannotOwn`.

        `why` this person, in a sentence, is kept for whoever asks.
        """
        case = self.instance.lock()
        if not to.may(NEEDED[Part(part)]):
            raise CannotOwn
        standing = self.standing().filter(part=part).first()
        if standing and standing.to_id == to.pk:
            return standing
        self.standing().filter(part=part).update(ended_at=clock.now())
        assignment = self.create(part=part, to=to, given_by=by, why=why[:300])
        case.reflect(**{f"{part}_owner": to})
        case.record("assignment.given", by=by, part=part, to=to.name, user=to.pk)
        if part == Part.CUSTOMER and case.ball == Ball.SUPPORT:
            case.pass_ball(Ball.SUPPORT, by=by, holder=to)
        return assignment

    @transaction.atomic
    def end(self, part: str, *, by: Any) -> None:
        """case.assignments.end(Part.TECHNICAL, by=sam): it is nobody's for now; a ball they held is their side's."""
        case = self.instance.lock()
        if not (standing := self.standing().filter(part=part).select_related("to").first()):
            return
        standing.ended_at = clock.now()
        standing.save(update_fields=["ended_at"])
        case.reflect(**{f"{part}_owner": None})
        case.record("assignment.ended", by=by, part=part, to=standing.to.name, user=standing.to_id)
        if case.ball_holder_id == standing.to_id:
            case.pass_ball(case.ball, by=by)

    @transaction.atomic
    def arrange(self, *, by: Any, **parts: Any) -> None:
        """case.assignments.arrange(customer=sam, technical=None, by=sam): None takes it off whoever has it."""
        for part, to in parts.items():
            if to:
                self.give(part, to=to, by=by)
            else:
                self.end(part, by=by)

    @transaction.atomic
    def begin_investigation(self, *, by: Any) -> None:
        """case.assignments.begin_investigation(by=sam): both owners are known, the search starts. Raises `NobodyOwns`."""
        case = self.instance.lock()
        if case.customer_owner_id is None or case.technical_owner_id is None:
            raise NobodyOwns
        case.enter(Stage.INVESTIGATE, by=by)


class Assignment(models.Model):
    """A part of a case in somebody's hands, from one moment to another."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=16, choices=Part)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    given_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)

    objects = AssignmentManager()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "case", "part", condition=Q(ended_at=None), name="one_standing_assignment_per_part"
            ),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="assignment_part_known"),
        ]

    @transaction.atomic
    def take_back(self, *, by: Any) -> None:
        """Who had the part before has it again, or nobody. Nothing happens if it has ended by now."""
        case = self.case.lock()
        self.refresh_from_db(fields=["ended_at"])
        if self.ended_at:
            return
        former = case.assignments.filter(part=self.part, pk__lt=self.pk).select_related("to").order_by("-pk").first()
        if former and former.to.may(NEEDED[Part(self.part)]):
            case.assignments.give(self.part, to=former.to, by=by)
            return
        case.assignments.end(self.part, by=by)
