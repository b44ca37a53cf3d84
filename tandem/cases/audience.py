"""Who an entry is for. On every entry, always."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tandem.people.roles import Can


class Audience(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    SUPPORT = "support", _("Support and engineering")
    RESTRICTED = "restricted", _("Restricted")


def readable_by(actor: Any) -> list[str]:
    """The audiences this person belongs to."""
    if not actor.is_authenticated:
        return []
    if not actor.is_colleague:
        return [Audience.CUSTOMER]
    if actor.may(Can.READ_RESTRICTED):
        return [Audience.CUSTOMER, Audience.SUPPORT, Audience.RESTRICTED]
    return [Audience.CUSTOMER, Audience.SUPPORT]
