"""Components have their history in rows; this is how later rooms hear of it without our knowing them.

A room has said in its `reactions.py` what it wants to hear: `@on("component.changed")`. Each hearing is a job of its
own and exists only if the verb commits. Jobs come in any order and more than once: look at the component as it is.
"""

from collections import defaultdict
from collections.abc import Callable

from django.utils.module_loading import import_string

from tandem.kit.later import later

Listener = Callable[[int], None]
LISTENERS: dict[str, list[str]] = defaultdict(list)


def on(*verbs: str) -> Callable[[Listener], Listener]:
    """Ask to hear of these verbs; the listener is given the component's id."""

    def keep(listener: Listener) -> Listener:
        for verb in verbs:
            LISTENERS[verb].append(f"{listener.__module__}.{listener.__name__}")
        return listener

    return keep


def tell(verb: str, component_id: int) -> None:
    """Let whoever asked know of it, once this transaction commits."""
    for listener in LISTENERS[verb]:
        later("signals.hear", component_id=component_id, listener=listener)


def hear(component_id: int, listener: str) -> None:
    import_string(listener)(component_id)
