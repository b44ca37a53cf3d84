"""Evidence before remedy. Later rooms ask here before a remedy is chosen; which remedies there are, we need not know."""

from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.intake import realms
from tandem.intake.realms import Line
from tandem.kit.errors import Refused


class LookFirst(Refused):
    """Look first: a remedy would wipe away what shows the fault."""

    def __init__(self, case: Case, lines: list[Line]) -> None:
        what = ", ".join(str(line.label) for line in lines)
        super().__init__(
            _(
                "Look first: {what} is not known yet, and a remedy may wipe it away. Hold still, or say that they are blocked now."
            ).format(what=what)
        )
        self.way_on = (f"{reverse('case', args=[case.number])}?open=evidence#panel-evidence", _("Choose how to go on"))


def must_be_enough(case: Case) -> None:
    """Before a remedy: raises `LookFirst` unless the least is known, was looked for, or they could not wait."""
    if not is_enough(case):
        raise LookFirst(case, missing(case))


def is_enough(case: Case) -> bool:
    return not missing(case) or case.remedies_first.chosen().exists() or has_looked(case)


def missing(case: Case) -> list[Line]:
    """Of the lines the realm marks as evidence, those nobody said and nothing measured."""
    lines = [line for line in realms.lines(case.realm) if line.evidence]
    known = set(case.facts.known().filter(key__in=[line.key for line in lines]).values_list("key", flat=True))
    return [line for line in lines if line.key not in known]


def has_looked(case: Case) -> bool:
    """Whether they held still and every snapshot of it is over, done or failed."""
    return case.holds.asked().exclude(looks__state="waiting").exists()
