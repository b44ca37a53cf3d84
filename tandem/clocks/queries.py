"""What people may ask about how long cases may take by agreement."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.query.words import also_is, when, word
from tandem.clocks.models import Clock
from tandem.kit import clock


@word("due", _("when its next clock is due: <2h is sooner, late is past; none: no clock runs"), ["none", "late"])
def due(value: str, actor: Any) -> Q:
    match value.lower():
        case "none":
            return Q(due_at=None)
        case "late":
            return Q(due_at__isnull=False, due_at__lt=clock.now())
    return Q(due_at__isnull=False) & when("due_at", value, "due", ahead=True)


@also_is("breached")
def breached() -> Q:
    """One of its clocks broke, be it met since."""
    return Q(pk__in=Clock.objects.broken().order_by().values("case"))
