"""Words of the text, in what people ask for."""

from typing import Any

from django.db.models import Q

from tandem.cases.query.words import text
from tandem.recall.searching import cases_matching


@text
def words(value: str, actor: Any) -> Q:
    """Of the newest that match: so many words may stand in a million messages."""
    return Q(pk__in=cases_matching(value, actor))
