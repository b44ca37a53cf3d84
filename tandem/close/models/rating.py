from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.sentences import say
from tandem.close.models.closure import Closure
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.people.visibility import VisibleTo

say("rating.given", gettext_lazy("Rated {stars} of 5"))
MOST = 5


class RatedAlready(Refused):
    """You have rated this already. Thank you."""


class NotTheirs(Refused):
    """Only somebody who takes part for the customer can rate how it went."""

    status = 403


class RatingQuerySet(VisibleTo):
    def customers_share(self, actor: Any) -> Q:
        return Q(rated_by=actor)


class RatingManager(models.Manager.from_queryset(RatingQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def give(self, *, stars: int, by: Any, comment: str = "") -> "Rating":
        """closure.ratings.give(stars=5, by=ana). Raises `RatedAlready`, `NotTheirs`, `Invalid`."""
        case = self.instance.case.lock()
        if not case.participants.standing().filter(user=by).exists():
            raise NotTheirs
        if stars not in range(1, MOST + 1):
            raise Invalid(_("Choose one to five stars."))
        if self.filter(rated_by=by).exists():
            raise RatedAlready
        comment = case.secrets.cover(comment.replace("\x00", "").strip())
        rating = self.create(stars=stars, comment=comment, rated_by=by)
        case.record("rating.given", by=by, audience=Audience.CUSTOMER, rating=rating.pk, stars=stars)
        return rating


class Rating(models.Model):
    """What somebody at the customer thought of how it went, one to five stars."""

    closure = models.ForeignKey(Closure, models.PROTECT, related_name="ratings")
    stars = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    rated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rated_at = models.DateTimeField(default=clock.now, editable=False)

    objects = RatingManager()

    class Meta:
        ordering = ["-rated_at", "-pk"]
        constraints = [
            models.UniqueConstraint("closure", "rated_by", name="one_rating_per_closure_and_person"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=MOST), name="rating_has_one_to_five_stars"),
        ]
