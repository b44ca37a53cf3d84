from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _


class EscalationState(models.TextChoices):
    REQUESTED = "requested", _("waiting")
    ACTIVE = "active", _("active")
    RETURNED = "returned", _("returned")
    HANDED_BACK = "handed_back", _("handed back")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN = (EscalationState.REQUESTED, EscalationState.ACTIVE)

# The database derives it from the times, so it can be indexed and can never disagree with them.
STATE_OF_TIMES = Case(
    When(withdrawn_at__isnull=False, then=Value(EscalationState.WITHDRAWN.value)),
    When(returned_at__isnull=False, then=Value(EscalationState.RETURNED.value)),
    When(handed_back_at__isnull=False, then=Value(EscalationState.HANDED_BACK.value)),
    When(accepted_at__isnull=False, then=Value(EscalationState.ACTIVE.value)),
    default=Value(EscalationState.REQUESTED.value),
)
