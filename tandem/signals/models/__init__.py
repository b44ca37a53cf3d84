from tandem.signals.models.alert import Alert
from tandem.signals.models.change import StateChange
from tandem.signals.models.component import Component, Publishes
from tandem.signals.models.dependency import Dependency, components_of
from tandem.signals.models.deploy import Deploy, FurtherName
from tandem.signals.models.effect import Effect
from tandem.signals.models.hook import Call, Hook
from tandem.signals.models.pin import Pin
from tandem.signals.models.state import State, worst

__all__ = [
    "Alert",
    "Call",
    "Component",
    "Dependency",
    "Deploy",
    "Effect",
    "FurtherName",
    "Hook",
    "Pin",
    "Publishes",
    "State",
    "StateChange",
    "components_of",
    "worst",
]
