"""What a condition may speak of, and how it was at any line of the ledger: real runs and rehearsals see the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tandem.automate.knowing import Known, known_at
from tandem.cases import vocabulary
from tandem.cases.audience import Audience
from tandem.cases.models import Case, Event, Message
from tandem.cases.privacy.erasing import SHORTEST, SIGN
from tandem.cases.vocabulary import Word, words
from tandem.kit.conditions import Condition, queries_of, speaks_of
from tandem.people.roles import Role

LONGEST_TEXT = 10_000
SHOWN = 200


class Seen(NamedTuple):
    """A case as the ledger knew it, what happened to it, and when that is looked at."""

    case: Case
    event: Event
    known: Known
    text: str
    at: datetime


class Variable(NamedTuple):
    """`kind` is one of `kit.conditions`; `values` are those there are, where they are few.

    `is_of_today`: the ledger does not tell how it was.
    """

    kind: str
    says: str | Promise
    of: Callable[[Seen], Any]
    values: tuple[str, ...] = ()
    is_of_today: bool = False


def variables(spoken_of: str | None = None) -> dict[str, Variable]:
    """All a rule may speak of; with a condition at least what it speaks of."""
    return {name: _variable(name, word) for name, word in words(spoken_of).items()} | OWN


def _variable(name: str, word: Word) -> Variable:
    if of := THEN.get(name):
        return Variable(word.kind, word.says, lambda seen: of(seen.known), word.values)
    if name.startswith("field."):
        key = name.removeprefix("field.")
        return Variable(word.kind, word.says, lambda seen: seen.known.said(key, word.kind), word.values)
    return Variable(word.kind, word.says, lambda seen: word.of(seen.case), word.values, is_of_today=True)


THEN: dict[str, Callable[[Known], Any]] = {
    "case.stage": lambda known: known.stage,
    "case.ball": lambda known: known.ball,
    "case.team": lambda known: known.team,
    "case.priority": lambda known: known.priority,
    "case.impact": lambda known: known.impact,
    "case.realm": lambda known: known.realm,
    "case.tags": lambda known: sorted(known.tags),
}
"""As the ledger knew it."""


def _hours(seen: Seen, since: datetime) -> int:
    return max(int((seen.at - since).total_seconds() // 3600), 0)


def _in_the_house(at: datetime) -> datetime:
    """A rule is everybody's: it means the same hour whoever rehearses it."""
    return timezone.localtime(at, timezone.get_default_timezone())


OWN: dict[str, Variable] = {
    "case.owner": Variable("text", _("the customer owner's address; empty: nobody"), lambda seen: seen.known.owner),
    "case.engineer": Variable(
        "text", _("the technical owner's address; empty: nobody"), lambda seen: seen.known.engineer
    ),
    "case.promised": Variable("yes_no", _("whether a word is promised"), lambda seen: seen.known.promised),
    "case.hours_open": Variable(
        "whole", _("whole hours since it was opened"), lambda seen: _hours(seen, seen.case.opened_at)
    ),
    "case.hours_in_stage": Variable(
        "whole", _("whole hours in its stage"), lambda seen: _hours(seen, seen.known.stage_since)
    ),
    "event.verb": Variable("text", _("what happened"), lambda seen: seen.event.verb),
    "event.role": Variable(
        "text",
        _("the role of who did it; empty: the house"),
        lambda seen: seen.event.by.role if seen.event.by and not seen.event.is_ruled else "",
        tuple(Role.values),
    ),
    "event.text": Variable("text", _("what was said, if it was a message"), lambda seen: seen.text),
    "event.hour": Variable("whole", _("the hour of the day, 0 to 23"), lambda seen: _in_the_house(seen.at).hour),
    "event.weekday": Variable(
        "whole", _("1 Monday to 7 Sunday"), lambda seen: _in_the_house(seen.at).isoweekday(), tuple("1234567")
    ),
}


def understood(source: str) -> Condition:
    """Raises `kit.conditions.Wrong`."""
    return vocabulary.understood(source, _kinds(variables(source)))


def wrong_by_now(sources: Sequence[str]) -> list[str]:
    """Of each condition that was kept what is wrong with it by now."""
    return vocabulary.wrong_by_now(sources, _kinds(variables("\n".join(sources))))


def kept(source: str) -> tuple[Condition | None, dict[str, Variable]]:
    """A rule's condition, none that is not understood any more, and what it speaks of. At most one query."""
    among = variables(source)
    return vocabulary.kept(source, _kinds(among)), _spoken_of(source, among)


def _kinds(among: Mapping[str, Variable]) -> dict[str, str]:
    return {name: variable.kind for name, variable in among.items()}


def _spoken_of(source: str, among: Mapping[str, Variable]) -> dict[str, Variable]:
    return {name: variable for name, variable in among.items() if speaks_of(source, name)}


def values(seen: Seen, among: Mapping[str, Variable]) -> dict[str, Any]:
    """What is not said of the case is left out."""
    told = {name: variable.of(seen) for name, variable in among.items()}
    return {name: value for name, value in told.items() if value is not None}


def of_today(source: str) -> list[str]:
    """What of it is looked up as it is today, also by a rehearsal of days past."""
    names = [name for name, variable in _spoken_of(source, variables(source)).items() if variable.is_of_today]
    return names + [as_asked(query) for query in queries_of(source)]


def as_asked(query: str) -> str:
    return f"asks({query!r})" if '"' in query else f'asks("{query}")'


def shown(told: Mapping[str, Any]) -> dict[str, Any]:
    """Short enough to be kept and read."""
    return {name: value[:SHOWN] if isinstance(value, str) else value for name, value in told.items()}


def covered_at_the_cut(saw: Mapping[str, Any], text: str) -> dict[str, Any]:
    """As kept by `shown`, without the beginning of a text to be erased that was cut off within it."""
    return {name: _without_beginning(value, text) for name, value in saw.items()}


def _without_beginning(value: Any, text: str) -> Any:
    if isinstance(value, str) and len(value) == SHOWN:
        for length in range(min(len(text) - 1, SHOWN), SHORTEST - 1, -1):
            if value.endswith(text[:length]):
                return value[:-length] + SIGN
    return value


def look(anchors: Iterable[tuple[Event, datetime]], spoken_of: Iterable[str], *, until_the_line: bool) -> list[Seen]:
    """The cases of these events, as they were at those moments: few queries however many. Events come with `by` and `case`.

    Until the line of the event itself, or all that happened until the moment. Fields, only where one is spoken of.
    """
    anchors = list(anchors)
    cases = Case.objects.select_related("account", "environment", "reporter").in_bulk(
        {event.case_id for event, _at in anchors}
    )
    ends = [(event, None if until_the_line else at) for event, at in anchors]
    known = known_at(ends, with_fields=any(name.startswith("field.") for name in spoken_of))
    texts = _texts([event for event, _at in anchors])
    return [
        Seen(cases[event.case_id], event, known[n], texts.get(event.facts.get("message") or 0, ""), at)
        for n, (event, at) in enumerate(anchors)
    ]


def _texts(events: list[Event]) -> dict[int, str]:
    keys = {
        event.facts["message"] for event in events if event.verb.startswith("message.") and "message" in event.facts
    }
    rows = Message.objects.filter(Q(pk__in=keys)).exclude(audience=Audience.RESTRICTED)
    rows = rows.order_by().values_list("pk", "body")
    return {pk: body[:LONGEST_TEXT] for pk, body in rows}
