from tandem.signals.ledger import on
from tandem.signals.models import Component


@on("component.changed", "component.set_up", "effect.worded")
def propose_to_the_public(component_id: int) -> None:
    for component in Component.objects.filter(pk=component_id):
        component.publications.propose()
