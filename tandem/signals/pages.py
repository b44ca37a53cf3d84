"""What the desk pages about components show, in few queries."""

from typing import Any

from django.conf import settings
from django.db.models import Max

from tandem.signals import forms
from tandem.signals.models import Alert, Call, Component, Hook, State

CHANGES_SHOWN = 40
ALERTS_SHOWN = 40
DEPLOYS_SHOWN = 10
CALLS_SHOWN = 20


def component(component: Component, actor: Any) -> dict[str, Any]:
    return {
        "component": component,
        "pin": component.pins.standing().select_related("pinned_by").first(),
        "pin_form": forms.PinForm(initial={"state": component.state}),
        "effects": _effects(component),
        "dependents": component.dependents.select_related("environment__account").order_by(
            "environment__account__name", "environment__name"
        ),
        "dependency_form": forms.DependencyForm(component=component, actor=actor),
        "deploys": component.deploys.select_related("component", "environment__account", "told_by")[:DEPLOYS_SHOWN],
        "alerts": component.alerts.firing()[:ALERTS_SHOWN],
        "changes": component.state_changes.select_related("changed_by")[:CHANGES_SHOWN],
    }


def _effects(component: Component) -> list[tuple[State, Any, forms.EffectForm]]:
    """Each state but “works”, with its effect, if it was put in words, and the form to do so."""
    worded = {effect.state: effect for effect in component.effects.select_related("who_knows", "worded_by")}
    return [
        (state, worded.get(state), forms.EffectForm(instance=worded.get(state), state=state))
        for state in State
        if state != State.OK
    ]


def firing() -> list[Alert]:
    """What fires now, of all components and of none."""
    return list(Alert.objects.firing().select_related("component")[:ALERTS_SHOWN])


def hooks() -> dict[str, Any]:
    return {
        "base_url": settings.BASE_URL,
        "hooks": Hook.objects.annotate(heard_at=Max("calls__received_at")).select_related("issued_by"),
        "troubled": Call.objects.exclude(trouble="").select_related("hook")[:CALLS_SHOWN],
    }
