"""What one is asked about, once, before it goes to a customer: words that were meant for us, or that call a colleague."""

from django.utils.translation import gettext as _

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.people.called import who_is, words_in
from tandem.writing.models import Draft


def of(body: str, draft: Draft | None, case: Case) -> list[str]:
    """As sentences. Two queries, where anybody is called."""
    name = case.reporter.first_name
    doubts = []
    if draft and draft.is_open and (draft.fewest or draft.audience) != Audience.CUSTOMER:
        doubts.append(_("It was begun as a note that {name} does not read.").format(name=name))
    called = who_is(words_in(body))
    if names := [*(user.name for user in called.users), *(team.name for team in called.teams)]:
        says = _("It mentions {names}: {name} reads that, and nobody is called by it.")
        doubts.append(says.format(names=", ".join(names), name=name))
    return doubts
