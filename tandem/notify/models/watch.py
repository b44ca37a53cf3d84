from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.kit import clock, live
from tandem.people.visibility import VisibleTo


class Standing(VisibleTo):
    def standing(self) -> Self:
        return self.filter(ended_at=None)

    def read_with(self, case: Case) -> Self:
        """On this case and on all that standing merges have it read with: of what happens there one is told together."""
        return self.filter(case__in=Case.objects.read_on(case.read_on).values("pk"))


class WatchManager(models.Manager.from_queryset(Standing)):  # type: ignore[misc]
    @transaction.atomic
    def begin(self, *, by: Any, why: str = "") -> "Watch":
        """case.watches.begin(by=sam): from now on Sam is told what happens here. Ends that the case is muted for him."""
        case = self.instance
        Mute.objects.standing().read_with(case).filter(muted_by=by).update(ended_at=clock.now())
        found = self.standing().filter(watched_by=by).first()
        watch = found or self.create(watched_by=by, why=why or Watch.Why.BY_HAND)
        _show(case)
        return watch

    @transaction.atomic
    def end(self, *, by: Any, at: datetime | None = None) -> None:
        """case.watches.end(by=sam). Whoever owns the case goes on hearing of it as its owner."""
        _end_watches(self.instance, by, at)
        _show(self.instance)

    @transaction.atomic
    def resume(self, *, ended_at: datetime) -> None:
        """sam.watching.resume(ended_at=then): what he ended in that moment he watches as before, for the reason of then."""
        person = self.instance
        stands = self.standing().filter(case=OuterRef("case")).order_by()
        seen = Case.objects.visible_to(person).order_by().values("pk")
        rows = self.filter(~Exists(stands), ended_at=ended_at, case__in=seen).select_related("case")
        for watch in list(rows):
            self.filter(pk=watch.pk).update(ended_at=None)
            _show(watch.case)


class Watch(models.Model):
    """Somebody wants to be told what happens on a case that is not theirs."""

    class Why(models.TextChoices):
        BY_HAND = "by_hand", _("by their own wish")
        MENTIONED = "mentioned", _("since they were mentioned")
        TOOK_PART = "took_part", _("since they took part")

    case = models.ForeignKey(Case, models.CASCADE, related_name="watches")
    watched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watching")
    why = models.CharField(max_length=10, choices=Why, default=Why.BY_HAND)
    began_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    objects = WatchManager()

    class Meta:
        ordering = ["began_at", "pk"]
        constraints = [
            models.UniqueConstraint("case", "watched_by", condition=Q(ended_at=None), name="one_standing_watch"),
            models.CheckConstraint(condition=Q(why__in=["by_hand", "mentioned", "took_part"]), name="watch_why_known"),
        ]
        indexes = [
            models.Index(fields=["watched_by", "case"], name="watches_of_person", condition=Q(ended_at=None)),
        ]


class MuteManager(models.Manager.from_queryset(Standing)):  # type: ignore[misc]
    @transaction.atomic
    def begin(self, *, by: Any, at: datetime | None = None) -> "Mute":
        """case.mutes.begin(by=sam): Sam hears no more of it, but for a word to him and a promise that is his."""
        case = self.instance
        _end_watches(case, by, at)
        found = self.standing().filter(muted_by=by).first()
        mute = found or self.create(muted_by=by, began_at=at or clock.now())
        _show(case)
        return mute

    @transaction.atomic
    def end(self, *, by: Any) -> None:
        Mute.objects.standing().read_with(self.instance).filter(muted_by=by).update(ended_at=clock.now())
        _show(self.instance)

    @transaction.atomic
    def take_back(self, *, began_at: datetime) -> None:
        """sam.muting.take_back(began_at=then): what he muted in that moment he hears of again."""
        for mute in list(self.standing().filter(began_at=began_at).select_related("case")):
            self.filter(pk=mute.pk).update(ended_at=clock.now())
            _show(mute.case)


class Mute(models.Model):
    """Somebody does not want to be told what happens on a case, though they own it or are of a team that is asked."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="mutes")
    muted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="muting")
    began_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    objects = MuteManager()

    class Meta:
        ordering = ["began_at", "pk"]
        constraints = [
            models.UniqueConstraint("case", "muted_by", condition=Q(ended_at=None), name="one_standing_mute"),
        ]


def _end_watches(case: Case, by: Any, at: datetime | None) -> None:
    Watch.objects.standing().read_with(case).filter(watched_by=by).update(ended_at=at or clock.now())


def _show(case: Case) -> None:
    live.announce(f"case:{case.pk}", "watch", audience="support")
