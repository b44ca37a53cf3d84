from typing import Any, Self

from django.db.models import Max, Q

from tandem.cases.models import Case
from tandem.people.visibility import VisibleTo


class ReadTogether(VisibleTo):
    """Nouns of a case that are read together with those of the cases merged into it."""

    def of(self, case: Case) -> Self:
        """As read on this case: its own, and what standing merges brought in."""
        return self.filter(case__in=Case.objects.read_on(case))

    def on_cases_of(self, actor: Any) -> Q:
        """What stands on a case of this customer's, or is read there."""
        theirs = Case.objects.visible_to(actor).order_by().values("pk")
        return Q(case__in=theirs) | Q(case__merged_into__in=theirs)


def next_number(case: Case) -> int:
    """Questions and lines of read-backs share one row of numbers, so that a reply names one thing only, however late."""
    highest = Case.objects.read_on(case.read_on).aggregate(
        asked=Max("questions__number"), read=Max("readbacks__lines__number")
    )
    return 1 + max(highest["asked"] or 0, highest["read"] or 0)
