from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from tandem.automate import firing
from tandem.automate.models.version import RuleVersion
from tandem.automate.waiting import WAITINGS, passed
from tandem.cases.audience import Audience
from tandem.cases.ledger import WAY_BACK
from tandem.cases.models import Case, Event
from tandem.kit import clock, live
from tandem.kit.later import later
from tandem.people.visibility import VisibleTo

DAYS = timedelta(days=30)
# So many lines of the ledger are looked at in one go, while one waits; at most the newest MOST of them, and so many shown.
FEW, MOST, SHOWN = 300, 5000, 200


class RehearsalQuerySet(VisibleTo):
    def that_found(self, cases: Iterable[int]) -> Self:
        """Lines of one of the cases with these ids."""
        numbers = Case.objects.filter(pk__in=cases).values_list("number", flat=True)
        return self.filter(reduce(or_, (Q(found__contains=[{"number": number}]) for number in numbers), Q(pk=None)))


class RehearsalManager(models.Manager.from_queryset(RehearsalQuerySet)):  # type: ignore[misc]
    def begin(self, *, by: Any) -> "Rehearsal":
        """version.rehearsals.begin(by=max): what it would have done in the last thirty days; many lines by a job."""
        version, now = self.instance, clock.now()
        with transaction.atomic():
            lines = [(event.pk, at.isoformat()) for event, at in occasions(version, since=now - DAYS, until=now)]
            rehearsal: Rehearsal = self.create(by=by, wanted=len(lines), waiting=lines)
            if len(lines) > FEW:
                later("automate.rehearse", lock=f"rehearsal:{rehearsal.pk}", rehearsal_id=rehearsal.pk)
        if len(lines) <= FEW:
            rehearsal.work()
        return rehearsal


def occasions(version: RuleVersion, *, since: datetime, until: datetime) -> Iterator[tuple[Event, datetime]]:
    """Each time between these moments at which it would look whether its condition holds, the oldest first."""
    if version.when in WAITINGS:
        yield from passed(version.when, version.length, since=since, until=until)
        return
    rows = Event.objects.filter(verb=version.when, at__gt=since, at__lte=until).order_by("-at", "-pk")
    rows = rows.exclude(audience=Audience.RESTRICTED).exclude(facts__has_key=WAY_BACK)
    yield from ((event, event.at) for event in reversed(list(rows[:MOST])))


class Rehearsal(models.Model):
    """What a version of a rule would have done in the thirty days before, looked up in the ledger; nothing is done."""

    version = models.ForeignKey(RuleVersion, models.CASCADE, related_name="rehearsals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=clock.now, editable=False)
    wanted = models.PositiveIntegerField()
    waiting = models.JSONField(default=list)
    hits = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True)

    objects = RehearsalManager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(hits__lte=models.F("wanted")), name="rehearsal_finds_what_it_looked_at")
        ]

    @property
    def is_cut(self) -> bool:
        """There were more occasions than are looked at."""
        return self.wanted >= MOST

    @property
    def looked(self) -> int:
        return self.wanted - len(self.waiting)

    def work(self) -> None:
        """Through what still waits, FEW lines at a time; safe to begin again."""
        while not self._next():
            live.announce(f"rehearsal:{self.pk}", "rehearsal", audience="support")

    @transaction.atomic
    def _next(self) -> bool:
        held = Rehearsal.objects.select_for_update().get(pk=self.pk)
        if not held.finished_at:
            part, held.waiting = held.waiting[:FEW], held.waiting[FEW:]
            held._look_at(part)
            held.finished_at = None if held.waiting else clock.now()
            held.save()
        for name in ("waiting", "hits", "found", "finished_at"):
            setattr(self, name, getattr(held, name))
        return self.finished_at is not None

    def _look_at(self, part: list[list]) -> None:
        events = Event.objects.select_related("case", "by").in_bulk([pk for pk, _at in part])
        anchors = [(events[pk], datetime.fromisoformat(at)) for pk, at in part if pk in events]
        for seen, saw in firing.held(self.version, anchors):
            self.hits += 1
            if len(self.found) < SHOWN:
                case = {"number": seen.case.number, "title": seen.case.title}
                self.found.append({**case, "at": seen.at.isoformat(), "event": seen.event.pk, "saw": saw})
