"""Rules hear of the verbs they wait for; what is erased goes from what runs and rehearsals keep."""

from typing import Any

from django.dispatch import receiver

from tandem.automate import firing
from tandem.automate.models import Rehearsal, Rule, Run
from tandem.cases.ledger import on_chosen
from tandem.cases.models import Event
from tandem.cases.privacy.erasing import cover, erased


@on_chosen(Rule.objects.wanted)
def set_off_rules(event: Event) -> None:
    firing.consider(event)


@receiver(erased)
def _forget(cases: list[int], text: str, **told: Any) -> None:
    cover(Run.objects.filter(steps__case__in=cases), text)
    cover(Rehearsal.objects.that_found(cases), text)
