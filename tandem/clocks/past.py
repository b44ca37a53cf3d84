"""How it went: clocks that ended, in time or late, by month and kind; and as one of the goals."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.clocks.models import Clock
from tandem.clocks.terms import Kind
from tandem.kit import clock
from tandem.measure.goals import GOALS, Goal

MONTHS = timedelta(days=184)

# Cases of which a clock ended in the period: did each end in time?
IN_TIME = """
    SELECT case_id, bool_and(broken_at IS NULL) AS good
    FROM clocks_clock
    WHERE met_at >= %(since)s
    GROUP BY case_id
"""
GOALS.append(
    Goal(
        "in-time",
        gettext_lazy("Service levels kept"),
        gettext_lazy("of at least 95 %"),
        gettext_lazy("Cases whose clocks that ended in the last 30 days were all met in time, over all with one."),
        IN_TIME,
        0.95,
    )
)


def months() -> list[list[str]]:
    """The newest month first: its name, and for each kind how many were met in time of how many that ended or broke."""
    told: dict[Any, dict[str, tuple[int, int]]] = {}
    for month, kind, in_time, late in _counted():
        told.setdefault(month, {})[kind] = (in_time, late)
    return [
        [formats.date_format(month, "F Y"), *(_share(*of.get(kind, (0, 0))) for kind in Kind)]
        for month, of in told.items()
    ]


def _counted() -> Any:
    rows = Clock.objects.filter(withdrawn_at=None).filter(Q(met_at__isnull=False) | Q(broken_at__isnull=False))
    rows = rows.annotate(ended=Coalesce("met_at", "broken_at")).filter(ended__gte=clock.now() - MONTHS)
    by_month = (
        rows.order_by()
        .annotate(month=TruncMonth("ended", tzinfo=timezone.get_default_timezone()))
        .values("month", "kind")
    )
    counts = by_month.annotate(
        in_time=Count("pk", filter=Q(broken_at=None)), late=Count("pk", filter=~Q(broken_at=None))
    )
    return counts.order_by("-month", "kind").values_list("month", "kind", "in_time", "late")


def _share(in_time: int, late: int) -> str:
    return _("{n} of {all}").format(n=in_time, all=in_time + late) if in_time + late else "–"
