"""What people ask about who is told of a case."""

from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tandem.cases.query.words import chosen, word
from tandem.notify.models import Watch


@word("watching", _("what you watch, beside what you own"), ["me"])
def watching(value: str, actor: Any) -> Q:
    chosen(value, ["me"], "watching")
    mine = Watch.objects.standing().filter(watched_by=actor.pk).order_by()
    return Q(pk__in=mine.values(read_on=Coalesce("case__merged_into", "case")))
