from typing import Any, Self

from django.db import models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Left

from tandem.cases.models import Message
from tandem.kit import clock
from tandem.people.visibility import VisibleTo
from tandem.triage.counting import Counts, words
from tandem.triage.models.assessment import Assessment

LAST = 2000
ENOUGH = 20
OVERRIDES_WEIGH = 2


class SchoolingQuerySet(VisibleTo):
    def newest_first(self) -> Self:
        return self.order_by("-pk")


class SchoolingManager(models.Manager.from_queryset(SchoolingQuerySet)):  # type: ignore[misc]
    def learn(self) -> "Schooling | None":
        """Schooling.objects.learn(): from the last cases people judged. What was judged against a suggestion counts twice."""
        judged = list(_judged()[:LAST])
        if len(judged) < ENOUGH:
            return None
        counts = {name: Counts() for name in ("impact", "urgency", "realm")}
        for row in judged:
            told = words(f"{row['case__title']} {row['said']}")
            for name, each in counts.items():
                if row[name]:
                    each.learn(str(row[name]), told, weight=OVERRIDES_WEIGH if row["why_not"] else 1)
        self.all().delete()
        return self.create(cases=len(judged), counts={name: each.told() for name, each in counts.items()})


def _judged() -> Any:
    """Newest first, each with its title and the first its customer said."""
    first = (
        Message.objects.filter(case=OuterRef("case"))
        .from_customer()
        .order_by("pk")
        .values(body_begins=Left("body", 4000))
    )
    standing = Assessment.objects.standing().order_by("-pk").annotate(said=Coalesce(Subquery(first[:1]), Value("")))
    return standing.values("impact", "urgency", "realm", "why_not", "case__title", "said")


class Schooling(models.Model):
    """What suggestions were learned from: how many cases, and the counts of their words."""

    cases = models.PositiveIntegerField()
    counts = models.JSONField()
    learned_at = models.DateTimeField(default=clock.now, editable=False)

    objects = SchoolingManager()

    class Meta:
        ordering = ["-pk"]
