"""Rules hear of the verbs they wait for; what is erased goes from what runs and rehearsals keep."""

from collections.abc import Callable
from typing import Any

from django.dispatch import receiver

from tandem.automate import firing
from tandem.automate.models import Rehearsal, Rule, Run
from tandem.automate.seeing import covered_at_the_cut
from tandem.cases.ledger import on_chosen
from tandem.cases.models import Event
from tandem.cases.privacy.erasing import cover, erased


@on_chosen(Rule.objects.wanted)
def set_off_rules(event: Event) -> None:
    firing.consider(event)


@receiver(erased)
def _forget(cases: list[int], text: str, **told: Any) -> None:
    runs, rehearsals = Run.objects.filter(steps__case__in=cases), Rehearsal.objects.that_found(cases)
    _forget_cut(Run, runs.exclude(saw=None), "saw", lambda saw: covered_at_the_cut(saw, text))
    _forget_cut(
        Rehearsal,
        rehearsals,
        "found",
        lambda found: [one | {"saw": covered_at_the_cut(one["saw"], text)} for one in found],
    )
    cover(runs, text)
    cover(rehearsals, text)


def _forget_cut(model: Any, rows: Any, name: str, covered: Callable[[Any], Any]) -> None:
    """Before the rest is covered: what is cut is known by its length."""
    for row in model.objects.filter(pk__in=rows.values("pk")).select_for_update().only(name).order_by("pk"):
        if (without := covered(getattr(row, name))) != getattr(row, name):
            model.objects.filter(pk=row.pk).update(**{name: without})
