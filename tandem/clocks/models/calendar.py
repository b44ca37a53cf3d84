from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from tandem.clocks import days_off, typed
from tandem.clocks.worktime import DayOff, Hours, NoWorkingTime, Window
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.zones import is_time_zone
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo


class NameTaken(Invalid):
    """There is another one of this name."""


class InUse(Refused):
    """Policies still go by this calendar: give them another one first."""


class CalendarQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(retired_at=None)


class CalendarManager(models.Manager.from_queryset(CalendarQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def write(self, *, name: str, hours: Hours, by: Any) -> "Calendar":
        """Calendar.objects.write(name="Office Berlin", hours=Hours("Europe/Berlin", …), by=max). Raises `Invalid`."""
        by.must_be_able_to(Can.AGREE)
        calendar: Calendar = self.model(changed_by=by)
        calendar.keep(name, hours)
        return calendar


class Calendar(models.Model):
    """When work is done. A policy keeps the hours as they were when it was published; a change publishes it anew."""

    name = models.CharField(max_length=80)
    hours_told = models.JSONField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True)

    objects = CalendarManager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("name"), condition=Q(retired_at=None), name="one_calendar_per_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> Hours:
        return hours_of(self.hours_told)

    @transaction.atomic
    def change(self, *, name: str, hours: Hours, by: Any) -> None:
        """Every policy that goes by it is published anew. Raises `Invalid`."""
        by.must_be_able_to(Can.AGREE)
        self.changed_by, self.changed_at = by, clock.now()
        was = (self.name, self.hours_told)
        self.keep(name, hours)
        if was != (self.name, self.hours_told):
            for version in self.policy_versions.current().select_related("policy"):
                version.policy.publish_again(by=by)

    @transaction.atomic
    def retire(self, *, by: Any) -> None:
        """Raises `InUse`."""
        by.must_be_able_to(Can.AGREE)
        if self.policy_versions.current().exists():
            raise InUse
        self.retired_at = clock.now()
        self.save(update_fields=["retired_at"])

    def keep(self, name: str, hours: Hours) -> None:
        self.name = " ".join(name.split())[:80]
        if not self.name:
            raise Invalid(_("Give it a name."))
        if Calendar.objects.standing().filter(name__iexact=self.name).exclude(pk=self.pk).exists():
            raise NameTaken
        must_be_usable(hours)
        self.hours_told = told(hours)
        self.save()


def must_be_usable(hours: Hours) -> None:
    """Raises `Invalid`, in a sentence."""
    try:
        is_time_zone(hours.zone)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from None
    if not any(hours.week):
        raise NoWorkingTime
    for windows in hours.week:
        for window in windows:
            typed.checked(window)
        typed.must_not_overlap(windows)
    if hours.subdivision and hours.subdivision not in days_off.countries().get(hours.country, []):
        known = ", ".join(days_off.countries().get(hours.country, [])) or "–"
        raise Invalid(_("There is no region “{name}”: it may be {known}.").format(name=hours.subdivision, known=known))
    hours.after(int(clock.now().timestamp()), 1)


def told(hours: Hours) -> dict[str, Any]:
    """As JSON keeps it."""
    return {
        "zone": hours.zone,
        "week": [[list(window) for window in windows] for windows in hours.week],
        "country": hours.country,
        "subdivision": hours.subdivision,
        "off": [[off.day.isoformat(), off.name] for off in hours.off],
        "worked": [day.isoformat() for day in hours.worked],
    }


def hours_of(told: dict[str, Any]) -> Hours:
    return Hours(
        zone=told["zone"],
        week=tuple(tuple(Window(*window) for window in windows) for windows in told["week"]),
        country=told["country"],
        subdivision=told["subdivision"],
        off=tuple(DayOff(date.fromisoformat(day), name) for day, name in told["off"]),
        worked=tuple(date.fromisoformat(day) for day in told["worked"]),
    )


def next_days_off(hours: Hours, today: date, *, within: int = 366) -> list[DayOff]:
    """Days to come that would be worked and are not."""
    days = (today + timedelta(n) for n in range(within))
    return [DayOff(day, why) for day in days if hours.week[day.weekday()] and (why := hours.why_off(day))]
