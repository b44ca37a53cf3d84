"""What callers will say, what to answer, whom it concerns: written by the monitoring and the effects, kept by nobody."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from tandem.kit import clock
from tandem.signals.models import Dependency, Effect, StateChange

OVER_STAYS = timedelta(hours=24)
MOST = 30


@dataclass(frozen=True)
class SymptomCard:
    """One component in trouble, for whoever answers the phone. `accounts` are names, in order."""

    change: StateChange
    effect: Effect | None
    accounts: list[str]

    @property
    def is_over(self) -> bool:
        return self.change.until is not None


def newest() -> list[SymptomCard]:
    """All that stands, and what was over within the last day; newest first, in three queries."""
    recent = Q(until=None) | Q(until__gt=clock.now() - OVER_STAYS)
    changes = StateChange.objects.into_trouble().filter(recent).select_related("component", "alert", "changed_by")
    return cards_of(list(changes[:MOST]))


def cards_of(changes: list[StateChange]) -> list[SymptomCard]:
    components = {change.component_id for change in changes}
    accounts = accounts_of(components)
    effects = {
        (effect.component_id, effect.state): effect
        for effect in Effect.objects.filter(component__in=components).select_related("who_knows")
    }
    return [
        SymptomCard(change, effects.get((change.component_id, change.entered)), accounts[change.component_id])
        for change in changes
    ]


def accounts_of(components: set[int]) -> dict[int, list[str]]:
    """The names of the accounts with an environment that depends on each of these components."""
    pairs = Dependency.objects.filter(component__in=components).order_by("environment__account__name")
    names: dict[int, list[str]] = defaultdict(list)
    for component, name in pairs.values_list("component", "environment__account__name").distinct():
        names[component].append(name)
    return names
