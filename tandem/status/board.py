"""The components page of the desk: what is in trouble, what to say, what waits to be published. Few queries."""

from typing import Any

from tandem.signals import pages, symptoms
from tandem.signals.models import Component
from tandem.status.forms import PublicationForm
from tandem.status.models import Publication


def board() -> dict[str, Any]:
    return {
        "symptoms": symptoms.newest(),
        "components": _components(),
        "alerts": pages.firing(),
        "proposals": _proposals(),
    }


def _components() -> list[tuple[Component, str]]:
    """Each with the sentence of the state it is in."""
    components = Component.objects.prefetch_related("effects")
    return [(component, _sentence(component)) for component in components]


def _sentence(component: Component) -> str:
    return next((effect.sentence for effect in component.effects.all() if effect.state == component.state), "")


def _proposals() -> list[dict[str, Any]]:
    """What the public reads now, what it would read, and whom it concerns."""
    waiting = list(Publication.objects.waiting().select_related("component"))
    components = {proposal.component_id for proposal in waiting}
    now = {read.component_id: read for read in Publication.objects.standing().filter(component__in=components)}
    accounts = symptoms.accounts_of(components)
    return [
        {
            "proposal": proposal,
            "now": now.get(proposal.component_id),
            "accounts": accounts[proposal.component_id],
            "form": PublicationForm(instance=proposal, auto_id=f"id_publication_{proposal.pk}_%s"),
        }
        for proposal in waiting
    ]
