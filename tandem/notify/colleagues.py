"""Telling a colleague of a case, by hand or by a rule."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.cases.sentences import say
from tandem.kit.errors import Invalid

say("colleague.told", _("{name} was told: {words}"))
LONGEST = 500


class NotAColleague(Invalid):
    """Only colleagues are told; a customer gets an update."""


@transaction.atomic
def tell(case: Case, person: Any, *, by: Any, words: str = "") -> None:
    """tell(case, erin, by=sam, words="Your fix is live there"). Stands in the ledger. Raises `NotAColleague`."""
    if not person.is_colleague:
        raise NotAColleague
    case.record(
        "colleague.told", by=by, user=person.pk, name=person.name, words=" ".join(words.split())[:LONGEST] or "…"
    )
