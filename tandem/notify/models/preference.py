from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy

from tandem.kit import clock, zones
from tandem.kit.errors import Invalid
from tandem.notify.models.kinds import DEFAULTS, Kind, Way


def workdays() -> list[int]:
    return [0, 1, 2, 3, 4]


class NoSuchKind(Invalid):
    """Nobody is told of such a kind, or in such a way."""


class PreferenceManager(models.Manager["Preference"]):
    def table(self) -> dict[Kind, dict[Way, bool]]:
        """sam.notice_preferences.table(): what he wants to be told, by which ways."""
        said = {(row.kind, row.way): row.wanted for row in self.all()}
        return {kind: {way: said.get((kind, way), way in DEFAULTS[kind]) for way in Way} for kind in Kind}

    @transaction.atomic
    def want(self, kind: str, way: str, *, wanted: bool) -> None:
        """sam.notice_preferences.want(Kind.NOTE, Way.DESK, wanted=False). What is as for everybody is not kept.

        Raises `NoSuchKind`.
        """
        if kind not in Kind.values or way not in Way.values:
            raise NoSuchKind
        self.filter(kind=kind, way=way).delete()
        if wanted != (Way(way) in DEFAULTS[Kind(kind)]):
            self.create(kind=kind, way=way, wanted=wanted)


class Preference(models.Model):
    """Where somebody wants it otherwise than everybody: a kind, by one way."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=10, choices=Kind)
    way = models.CharField(max_length=4, choices=Way)
    wanted = models.BooleanField()

    objects = PreferenceManager()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "kind", "way", name="one_preference_for_each_way"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values, way__in=Way.values), name="preference_known"),
        ]


class CalmManager(models.Manager["Calm"]):
    def of(self, user: Any) -> "Calm":
        """As they set it, or as it is for everybody."""
        calm = self.filter(user=user).first() or Calm()
        calm.user = user
        return calm


class Calm(models.Model):
    """When somebody wants to be left alone, by their own hours, and how often they let themselves be interrupted."""

    class Digest(models.TextChoices):
        NEVER = "never", gettext_lazy("never")
        HOURLY = "hourly", gettext_lazy("each hour")
        DAILY = "daily", gettext_lazy("once a day")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calm")
    quiet_from = models.TimeField(gettext_lazy("Quiet from"), default=time(18))
    quiet_until = models.TimeField(gettext_lazy("until"), default=time(8))
    # Days without quiet all day long, 0 is Monday.
    days = ArrayField(models.PositiveSmallIntegerField(), default=workdays)
    urgent_passes = models.BooleanField(
        gettext_lazy("A promise I keep that is about to break may disturb me in quiet hours"), default=True
    )
    budget = models.PositiveSmallIntegerField(
        gettext_lazy("Interruptions in an hour, at most"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    digest = models.CharField(gettext_lazy("Mail"), max_length=6, choices=Digest, default=Digest.DAILY)
    digest_at = models.TimeField(gettext_lazy("at"), default=time(8))

    objects = CalmManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(budget__range=(1, 60)), name="budget_within_reason"),
            models.CheckConstraint(condition=Q(digest__in=["never", "hourly", "daily"]), name="digest_known"),
        ]

    def quiet_until_when(self, at: datetime) -> datetime | None:
        """When the quiet this moment lies in ends; None if it lies in none. A year without an end is quiet for ever."""
        if not self._is_quiet(at):
            return None
        local = at.astimezone(self.tz).replace(second=0, microsecond=0)
        for days in range(9):
            day = (local + timedelta(days=days)).date()
            for edge in sorted({time(0), self.quiet_until}):
                end = datetime.combine(day, edge, self.tz)
                if end > at and not self._is_quiet(end):
                    return end
        return at + timedelta(days=9)

    def _is_quiet(self, at: datetime) -> bool:
        local = at.astimezone(self.tz)
        if local.weekday() not in self.days:
            return True
        now, begins, ends = local.time(), self.quiet_from, self.quiet_until
        return begins <= now < ends if begins <= ends else (now >= begins or now < ends)

    def digest_due(self, at: datetime) -> datetime | None:
        """The last moment by then at which a digest leaves. Daily ones leave on working days."""
        local = at.astimezone(self.tz)
        if self.digest == self.Digest.NEVER:
            return None
        if self.digest == self.Digest.HOURLY:
            return local.replace(minute=0, second=0, microsecond=0)
        for days in range(8):
            due = datetime.combine((local - timedelta(days=days)).date(), self.digest_at, self.tz)
            if due <= at and due.weekday() in (self.days or range(7)):
                return due
        return None

    @property
    def is_for_ever(self) -> bool:
        """No day is without quiet, so that what waits for its end comes with the digest."""
        return not self.days

    @property
    def tz(self) -> tzinfo:
        return zones.zone_of(self.user)

    @property
    def is_quiet_until(self) -> datetime | None:
        return self.quiet_until_when(clock.now())
