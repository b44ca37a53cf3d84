from typing import Any

from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.kit import say
from tandem.measure.forms import CorrectionForm
from tandem.measure.models import TimeCorrection
from tandem.measure.worked import gap, worked

MOST = 20


def _time(case: Case, actor: Any) -> dict:
    found, name = worked(case), case.reporter.first_name
    standing = TimeCorrection.objects.standing().filter(case=case).select_related("person", "corrected_by")
    return {
        "says": found.says(name),
        "bar": found.bar(name),
        "people": [{"of": each, "span": say.duration(each.span)} for each in found.people],
        "corrections": standing.order_by("-pk")[:MOST],
        "gap": say.duration(gap()),
        "form": CorrectionForm(),
    }


time = Panel("time", "measure/time/_panel.html", _time, hears=("ball",))
