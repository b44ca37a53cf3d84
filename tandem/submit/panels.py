from typing import Any

from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.people.roles import Can
from tandem.submit.models import Submission

MOST = 20


def _submission(case: Case, actor: Any) -> dict:
    rows = Submission.objects.visible_to(actor).filter(message__stands_on=case).order_by("-pk")[:MOST]
    return {"submissions": rows, "may_open_raw": actor.may(Can.SORT_MAIL)}


submission = Panel("submission", "submit/submission/_panel.html", _submission)
