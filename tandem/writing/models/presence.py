from collections.abc import Iterable
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.kit import clock, live
from tandem.people.visibility import VisibleTo

GONE_AFTER = timedelta(seconds=15)
"""Whoever is not seen for so long has left, also when nobody could tell us."""


class PresenceQuerySet(VisibleTo):
    def here(self) -> Self:
        return self.filter(until__gt=clock.now())


class PresenceManager(models.Manager.from_queryset(PresenceQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def come(self, stream: str, *, user_id: int, cases: Iterable[int]) -> None:
        """This page is open, and with it these cases."""
        known = Case.objects.filter(pk__in=cases).order_by().values_list("pk", flat=True)
        until = clock.now() + GONE_AFTER
        rows = [Presence(stream=stream, user_id=user_id, case_id=case, until=until) for case in known]
        self.bulk_create(rows, ignore_conflicts=True)
        _tell(row.case_id for row in rows)

    def stay(self, streams: Iterable[str]) -> None:
        """These pages are still open."""
        until = clock.now() + GONE_AFTER
        if told := list(streams):  # not each time for each of them
            self.filter(stream__in=told, until__lt=until - GONE_AFTER / 3).update(until=until)

    @transaction.atomic
    def go(self, streams: Iterable[str]) -> None:
        if told := list(streams):
            self._let_go(self.filter(stream__in=told))

    @transaction.atomic
    def forget(self) -> None:
        """Those of whom nobody could tell us that they left."""
        self._let_go(self.filter(until__lte=clock.now()))

    def _let_go(self, rows: PresenceQuerySet) -> None:
        gone = list(rows.select_for_update(skip_locked=True).values_list("pk", "case_id"))
        if gone:
            self.filter(pk__in=[pk for pk, _case in gone]).delete()
            _tell(case for _pk, case in gone)


def _tell(cases: Iterable[int]) -> None:
    live.say(*(live.Word(f"case:{case}", ("presence",), Audience.SUPPORT) for case in set(cases)))


class Presence(models.Model):
    """A page about a case that somebody has open now.

    Its table is not logged: after a crash of the database nobody is here, and every page says anew that it is.
    """

    stream = models.CharField(max_length=32, help_text=_("Which open page this is."))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_constraint=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="presences", db_constraint=False, db_index=False)
    until = models.DateTimeField()

    objects = PresenceManager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("case", "stream", name="one_presence_of_each_page")]
        indexes = [
            models.Index(fields=["stream"], name="presences_of_page"),
            models.Index(fields=["until"], name="presences_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.case_id}"
