from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How a component is, in the words customers read."""

    OK = "ok", _("works")
    SLOW = "slow", _("slow")
    DEGRADED = "degraded", _("partly broken")
    DOWN = "down", _("down")
    MAINTENANCE = "maintenance", _("in maintenance")


BY_HARM = [State.OK, State.MAINTENANCE, State.SLOW, State.DEGRADED, State.DOWN]


def harm(state: str) -> int:
    """How bad it is, from 0 for what works."""
    return BY_HARM.index(State(state))


def worst(states: Iterable[str]) -> str:
    return max(states, key=harm, default=State.OK)
