from typing import Any

from tandem.cases.ledger import on
from tandem.close.models import Reason
from tandem.learn.models import Article

TEACHES = {Reason.FIXED_CONFIRMED, Reason.FIXED_UNCONFIRMED, Reason.WORKAROUND_ACCEPTED}


@on("closure.made")
def draft_what_the_case_taught(event: Any) -> None:
    if event.facts["reason"] in TEACHES:
        Article.objects.draft_from(event.case)
