"""What people may ask about how soon a case is worked on."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.query.words import chosen, word
from tandem.triage.priority import Priority

VALUES = {"none": 0, **{priority.name.lower(): priority.value for priority in Priority}}


@word("priority", _("how soon it is worked on; none: nobody has judged yet"), VALUES)
def priority(value: str, actor: Any) -> Q:
    return Q(priority=VALUES[chosen(value, VALUES, "priority")])
