from typing import Any, Self

from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.kit.errors import Invalid
from tandem.kit.text import readable
from tandem.people.visibility import VisibleTo


class OfCase(VisibleTo):
    """What colleagues find out on a case. Customers read none of it: they hear what updates say."""

    def of(self, case: Case) -> Self:
        """As read on this case: its own, and what standing merges brought in."""
        return self.filter(case__in=Case.objects.read_on(case))


def begin(case: Case, *, by: Any) -> None:
    """Whoever looks for the cause of a case in triage has begun to investigate it."""
    if case.lock().stage == Stage.TRIAGE:
        case.enter(Stage.INVESTIGATE, by=by)


def words(told: str, *, refusal: str) -> str:
    """The words, fit to keep; `refusal` is said when there are none."""
    if not (told := readable(told).strip()):
        raise Invalid(refusal)
    return told


def must_be_read_on(case: Case, row: Any) -> None:
    """Raises `Invalid` unless the row is none, of this case, or of one merged into it."""
    if row and case.pk not in (row.case_id, row.case.merged_into_id):
        raise Invalid(_("That hypothesis belongs to another case."))
