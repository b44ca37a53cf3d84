"""Rules hear of the verbs they wait for."""

from tandem.automate import firing
from tandem.automate.models import Rule
from tandem.cases.ledger import on_chosen
from tandem.cases.models import Event


@on_chosen(Rule.objects.wanted)
def set_off_rules(event: Event) -> None:
    firing.consider(event)
