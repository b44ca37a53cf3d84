from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.cases.sentences import say
from tandem.kit import clock
from tandem.kit.errors import Invalid, NotAllowed
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

DAY = 24 * 60

say("time.corrected", _("Time worked by {person}: {minutes} min. {why}"))
say("time.correction_withdrawn", _("The correction of {minutes} min for {person} was taken back"))


class NoSuchTime(Invalid):
    """Say by how many minutes, more or less, at most a day; and why in a few words."""


class NotTheirTime(NotAllowed):
    """One corrects one’s own time; a manager may correct anybody’s."""


class TimeCorrectionQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class TimeCorrectionManager(models.Manager.from_queryset(TimeCorrectionQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def correct(self, person: Any, *, minutes: int, why: str, by: Any) -> "TimeCorrection":
        """case.time_corrections.correct(sam, minutes=30, why="A call", by=sam). Raises `NoSuchTime`, `NotTheirTime`."""
        case = self.instance
        if not minutes or abs(minutes) > DAY or not why.strip() or not person.is_colleague:
            raise NoSuchTime
        if person != by and not by.may(Can.DIRECT):
            raise NotTheirTime
        made = self.create(person=person, minutes=minutes, why=why.strip()[:200], corrected_by=by)
        case.record("time.corrected", by=by, person=person.name, minutes=f"{minutes:+d}", why=made.why)
        return made


class TimeCorrection(models.Model):
    """What the ledger cannot know of the time worked on a case: minutes more or less, by whom and why."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="time_corrections")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    minutes = models.SmallIntegerField(_("minutes, more or less"))
    why = models.CharField(max_length=200)
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField(default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True)

    objects = TimeCorrectionManager()

    class Meta:
        ordering = ["corrected_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(-DAY, DAY)) & ~Q(minutes=0), name="time_correction_at_most_a_day"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="time_correction_says_why"),
        ]

    def may_be_withdrawn_by(self, actor: Any) -> bool:
        return actor in (self.person, self.corrected_by) or actor.may(Can.DIRECT)

    @transaction.atomic
    def withdraw(self, *, by: Any) -> None:
        if not self.may_be_withdrawn_by(by):
            raise NotTheirTime
        if self.withdrawn_at is None:
            self.withdrawn_at = clock.now()
            self.save(update_fields=["withdrawn_at"])
            self.case.record("time.correction_withdrawn", by=by, person=self.person.name, minutes=f"{self.minutes:+d}")
