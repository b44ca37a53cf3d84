from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q

from tandem.kit import clock
from tandem.people.visibility import VisibleTo

USUAL = timedelta(hours=8)
LONGEST = timedelta(hours=24)
"""A shift nobody ended is not still going on."""


class ShiftQuerySet(VisibleTo):
    def going_on(self) -> Self:
        return self.filter(ended_at=None)


class ShiftManager(models.Manager.from_queryset(ShiftQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def begin(self, *, by: Any) -> "Shift":
        """by.shifts.begin(by=sam): the one that goes on, if there is one and it is not of yesterday."""
        if standing := self.standing(by):
            return standing
        self.end(by=by)
        try:
            with transaction.atomic():
                return self.create(person=by)
        except IntegrityError:  # somebody pressed twice, and the other one was first
            return self.going_on().get(person=by)

    def end(self, *, by: Any) -> None:
        self.going_on().filter(person=by).update(ended_at=clock.now())

    def since(self, person: Any) -> datetime:
        """When their shift began; where nobody said, eight hours ago."""
        standing = self.standing(person)
        return standing.began_at if standing else clock.now() - USUAL

    def standing(self, person: Any) -> "Shift | None":
        return self.going_on().filter(person=person, began_at__gt=clock.now() - LONGEST).first()


class Shift(models.Model):
    """The hours in which somebody looks after what is theirs."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shifts")
    began_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    objects = ShiftManager()

    class Meta:
        ordering = ["-began_at", "-pk"]
        constraints = [
            models.UniqueConstraint("person", condition=Q(ended_at=None), name="one_shift_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="shift_ends_after_it_began"
            ),
        ]
