"""The append-only history of a case, written in the verb's own transaction. Everything else listens to it.

A room records what happened: `case.record("escalation.accepted", by=erin, escalation=7)`. A later room has said, in
its `reactions.py`, what it wants to hear: `@on("escalation.accepted")`. Each hearing is a job of its own, with its
own retries, and exists only if the verb commits.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, transaction
from django.utils.module_loading import import_string

from tandem.cases.audience import Audience
from tandem.kit import clock, live
from tandem.kit.later import later

if TYPE_CHECKING:
    from tandem.cases.models import Case, Event

Listener = Callable[["Event"], None]
LISTENERS: dict[str, list[str]] = defaultdict(list)


def on(*verbs: str) -> Callable[[Listener], Listener]:
    """Ask to hear of these verbs."""

    def keep(listener: Listener) -> Listener:
        for verb in verbs:
            LISTENERS[verb].append(f"{listener.__module__}.{listener.__name__}")
        return listener

    return keep


@transaction.atomic
def record(case: "Case", verb: str, /, *, by: Any = None, audience: str = Audience.SUPPORT, **facts: Any) -> "Event":
    """Write one line: `verb` is “noun.past”, `facts` are plain JSON values (ids, words, numbers)."""
    event = apps.get_model("cases.Event").objects.create(
        case=case, seq=_next_line(case), verb=verb, by=by, audience=audience, facts=facts, at=clock.now()
    )
    for read in {case.pk, case.merged_into_id or case.pk}:
        live.announce(f"case:{read}", verb.partition(".")[0], audience=audience)
    live.announce("queue", "queue", audience=Audience.SUPPORT)
    for listener in LISTENERS[verb]:
        later("cases.hear", event_id=event.pk, listener=listener)
    return event


def hear(event: "Event", listener: str) -> None:
    import_string(listener)(event)


def _next_line(case: "Case") -> int:
    """The next number of this case's ledger. Holds the case's row until commit, so lines have no gaps and one order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET last_seq = last_seq + 1, active_at = %s WHERE id = %s RETURNING last_seq",
            [clock.now(), case.pk],
        )
        return cursor.fetchone()[0]
