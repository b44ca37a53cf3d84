from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.kit import clock, live
from tandem.people.visibility import VisibleTo


class Standing(VisibleTo):
    def standing(self) -> Self:
        return self.filter(ended_at=None)


class WatchManager(models.Manager.from_queryset(Standing)):  # type: ignore[misc]
    @transaction.atomic
    def begin(self, *, by: Any, why: str = "") -> "Watch":
        """case.watches.begin(by=sam): from now on Sam is told what happens here. Ends that the case is muted for him."""
        case = self.instance
        case.mutes.standing().filter(muted_by=by).update(ended_at=clock.now())
        found = self.standing().filter(watched_by=by).first()
        watch = found or self.create(watched_by=by, why=why or Watch.Why.BY_HAND)
        _show(case)
        return watch

    @transaction.atomic
    def resume(self, *, by: Any) -> None:
        """case.watches.resume(by=sam): as he watched it until he ended that, and for the reason of then."""
        last = self.filter(watched_by=by).order_by("-pk").first()
        if last and last.ended_at:
            self.filter(pk=last.pk).update(ended_at=None)
            _show(self.instance)

    @transaction.atomic
    def end(self, *, by: Any) -> None:
        """case.watches.end(by=sam). Whoever owns the case goes on hearing of it as its owner."""
        self.standing().filter(watched_by=by).update(ended_at=clock.now())
        _show(self.instance)


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
    def begin(self, *, by: Any) -> "Mute":
        """case.mutes.begin(by=sam): Sam hears no more of it, but for a word to him and a promise that is his."""
        case = self.instance
        case.watches.standing().filter(watched_by=by).update(ended_at=clock.now())
        found = self.standing().filter(muted_by=by).first()
        mute = found or self.create(muted_by=by)
        _show(case)
        return mute

    @transaction.atomic
    def end(self, *, by: Any) -> None:
        self.standing().filter(muted_by=by).update(ended_at=clock.now())
        _show(self.instance)


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


def _show(case: Case) -> None:
    live.announce(f"case:{case.pk}", "watch", audience="support")
