"""What people ask about who is told of a case."""

from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tandem.cases.query.words import chosen, word
from tandem.notify.models import Watch

MOST = 2_000


@word("watching", _("what you watch, beside what you own"), ["me"])
def watching(value: str, actor: Any) -> Q:
    chosen(value, ["me"], "watching")
    mine = Watch.objects.standing().filter(watched_by=actor.pk).order_by()
    # As keys, not as a query within the query: that one would be asked of each case where it stands beside an “or”.
    read_on = mine.values_list(Coalesce("case__merged_into", "case"), flat=True)
    return Q(pk__in=list(read_on.order_by("-pk")[:MOST]))
