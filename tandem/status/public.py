"""All that the public reads, and nothing else: published states and words, never an alert, a label or an account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from tandem.kit import clock
from tandem.signals.models import Component, State, worst
from tandem.status.models import Publication

HISTORY = timedelta(days=14)


@dataclass(frozen=True)
class Line:
    """One component as the public knows it."""

    slug: str
    name: str
    description: str
    state: State
    words: str
    since: datetime | None


@dataclass(frozen=True)
class Word:
    """What was published at a moment."""

    at: datetime
    state: State
    words: str


@dataclass(frozen=True)
class Incident:
    """A component from when it was said to be in trouble until it was said to work again: the words, in order."""

    name: str
    words: list[Word]

    @property
    def is_over(self) -> bool:
        return self.words[-1].state == State.OK

    @property
    def worst(self) -> State:
        return State(worst(word.state for word in self.words))


def lines() -> list[Line]:
    """Every component, in two queries."""
    standing = Prefetch("publications", Publication.objects.standing(), to_attr="standing")
    return [_line(component) for component in Component.objects.prefetch_related(standing)]


def _line(component: Any) -> Line:
    read = component.standing[0] if component.standing else None
    return Line(
        component.slug,
        component.name,
        component.description,
        State(read.state) if read else State.OK,
        read.words if read else "",
        read.published_at if read else None,
    )


def overall(lines: list[Line]) -> tuple[State, str]:
    """The worst state, and one sentence for all."""
    state = State(worst(line.state for line in lines))
    if state == State.OK:
        return state, _("Everything works.")
    if state == State.MAINTENANCE:
        return state, _("Planned work: {names}.").format(names=_named(lines))
    return state, _("Not everything works: {names}.").format(names=_named(lines))


def _named(lines: list[Line]) -> str:
    troubled = [line for line in lines if line.state != State.OK]
    return get_text_list(
        [_("{name} ({state})").format(name=line.name, state=line.state.label) for line in troubled], _("and")
    )


def incidents() -> list[Incident]:
    """Of the last 14 days, the newest first, in one query."""
    rows = Publication.objects.since(clock.now() - HISTORY).select_related("component")
    found: list[Incident] = []
    going_on: dict[int, Incident] = {}
    for row in rows.order_by("published_at", "pk"):
        incident = going_on.get(row.component_id)
        if incident is None and row.state != State.OK:
            incident = going_on[row.component_id] = Incident(row.component.name, [])
            found.append(incident)
        if incident:
            incident.words.append(Word(row.published_at, State(row.state), row.words))
        if row.state == State.OK:
            going_on.pop(row.component_id, None)
    return found[::-1]
