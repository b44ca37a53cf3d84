"""What people may ask about what they have begun to write."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.query.words import chosen, word
from tandem.writing.models import Draft

VALUES = ["me", "shared"]
MOST = 200


@word("draft", _("on what I began to write (me), or on what colleagues share with me (shared)"), VALUES)
def draft(value: str, actor: Any) -> Q:
    begun = Draft.objects.visible_to(actor).begun()
    is_mine = chosen(value, VALUES, "draft") == "me"
    rows = begun.filter(author=actor) if is_mine else begun.exclude(author=actor)
    # As keys: few, and found by the index over whose they are.
    return Q(pk__in=list(rows.values_list("case", flat=True)[:MOST]))
