"""The append-only history of a case, written in the verb's own transaction. Everything else listens to it.

A room records what happened: `case.record("escalation.accepted", by=erin, escalation=7)`. A later room has said, in
its `reactions.py`, what it wants to hear: `@on("escalation.accepted")`. All who hear of the events of an act do so in one
job, which exists only if the act commits; a hearing that fails goes on as a job of its own, with its own retries.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, transaction
from django.utils.module_loading import import_string
from psycopg.types.json import Jsonb

from tandem.cases.audience import Audience
from tandem.kit import clock, live, prepared
from tandem.kit.later import later
from tandem.kit.together import pass_on

if TYPE_CHECKING:
    from tandem.cases.models import Case, Event

Listener = Callable[["Event"], None]
Hearer = Callable[[dict[int, str]], None]
LISTENERS: dict[str, list[str]] = defaultdict(list)
HEARERS: dict[str, list[str]] = defaultdict(list)
"""Who hear of all that an act recorded at once."""
BY_RULE = "by_rule"
"""The fact that a rule of this name did it: `by` stands for the rule, and has not done it themselves."""
WAY_BACK = "way_back"
"""The fact that the line puts back what was before an act: nothing new happened."""
CHOSEN: list[tuple[Callable[[], Container[str]], str]] = []
"""Who hears of verbs that people chose: which these are at the moment, and the listener."""


def on(*verbs: str) -> Callable[[Listener], Listener]:
    """Ask to hear of these verbs."""

    def keep(listener: Listener) -> Listener:
        for verb in verbs:
            LISTENERS[verb].append(f"{listener.__module__}.{listener.__name__}")
        return listener

    return keep


def on_act(*verbs: str) -> Callable[[Hearer], Hearer]:
    """Ask to hear of these verbs once for all that an act recorded, after the listeners: `{pk of the event: verb}`."""

    def keep(hearer: Hearer) -> Hearer:
        for verb in verbs:
            HEARERS[verb].append(f"{hearer.__module__}.{hearer.__name__}")
        return hearer

    return keep


def on_chosen(verbs: Callable[[], Container[str]]) -> Callable[[Listener], Listener]:
    """Ask to hear of the verbs that `verbs()` holds at the moment."""

    def keep(listener: Listener) -> Listener:
        CHOSEN.append((verbs, f"{listener.__module__}.{listener.__name__}"))
        return listener

    return keep


def listeners(verb: str) -> list[str]:
    """Who hears of this verb now."""
    return [*LISTENERS[verb], *(listener for verbs, listener in CHOSEN if verb in verbs())]


_reasons: ContextVar[dict[str, Any]] = ContextVar("reasons", default={})  # noqa: B039 - never changed, only replaced


@contextmanager
def because(**facts: Any) -> Iterator[None]:
    """Each line written within says these facts, too: `with because(run=7): …`."""
    token = _reasons.set(_reasons.get() | facts)
    try:
        yield
    finally:
        _reasons.reset(token)


@contextmanager
def because_of(case: "Case", *verbs: str, same: Sequence[str] = ("run",), **which: Any) -> Iterator[None]:
    """Each line written within came of what the line said came of that began it: `with because_of(case, "task.added", task=7): …`.

    It is known by one of several verbs where it has had others. `same` are the facts that go on. BY_RULE does only where nobody decided anything since.
    """
    began = apps.get_model("cases.Event").objects.filter(case=case, verb__in=verbs, facts__contains=which).first()
    facts = {name: began.facts[name] for name in same if name in began.facts} if began else {}
    with because(**facts | _reasons.get()):
        yield


def at_one_stroke(among: int, **facts: Any) -> AbstractContextManager[None]:
    """`with at_one_stroke(40, run=7): …`: what is written within was done on so many cases at once, and says so."""
    return because(**facts, **({"among": among} if among > 1 else {}))


def is_by_rule() -> bool:
    """Whether what is done now a rule does, for somebody; they do not do it themselves."""
    return BY_RULE in _reasons.get()


@transaction.atomic(savepoint=False)
def record(case: "Case", verb: str, /, *, by: Any = None, audience: str = Audience.SUPPORT, **facts: Any) -> "Event":
    """Write one line: `verb` is “noun.past”, `facts` are plain JSON values (ids, words, numbers)."""
    facts = _reasons.get() | facts
    event = apps.get_model("cases.Event")(case=case, verb=verb, by=by, audience=audience, facts=facts, at=clock.now())
    _append(event)
    panel = (verb.partition(".")[0],)
    read = [live.Word(f"case:{pk}", panel, audience) for pk in {case.pk, case.merged_into_id or case.pk}]
    live.say(*read, live.Word("queue", ("queue",), Audience.SUPPORT))
    if listeners(verb) or HEARERS[verb]:
        pass_on(_let_hear, event.pk)
    return event


def _let_hear(events: list[int]) -> None:
    later("cases.hear", event_ids=events)


def hear(event: "Event", listener: str) -> None:
    import_string(listener)(event)


def who_hear(events: dict[int, str]) -> dict[str, dict[int, str]]:
    """Which hearers want to know of which of these events."""
    heard: dict[str, dict[int, str]] = defaultdict(dict)
    for pk, verb in events.items():
        for hearer in HEARERS[verb]:
            heard[hearer][pk] = verb
    return heard


def hear_together(events: dict[int, str], hearer: str) -> None:
    import_string(hearer)(events)


def everybody() -> list[tuple[str, str]]:
    """Who reacts to what: a verb and a name in each line."""
    return sorted((verb, name) for kept in (LISTENERS, HEARERS) for verb, names in kept.items() for name in names)


def _append(event: "Event") -> None:
    """As the next line of its case. Holds the case's row until commit, so lines have no gaps and one order."""
    row = {
        "case": event.case_id,
        "verb": event.verb,
        "by": event.by_id,
        "at": event.at,
        "audience": str(event.audience),
        "facts": Jsonb(event.facts),
    }
    ((event.pk, event.seq),) = prepared.run(APPEND, row)
    event._state.adding, event._state.db = False, connection.alias


APPEND = """
    WITH line AS (
        UPDATE cases_case SET last_seq = last_seq + 1, active_at = %(at)s WHERE id = %(case)s RETURNING last_seq
    )
    INSERT INTO cases_event (case_id, seq, verb, by_id, at, audience, facts)
    SELECT %(case)s, last_seq, %(verb)s, %(by)s, %(at)s, %(audience)s, %(facts)s FROM line
    RETURNING id, seq
"""
