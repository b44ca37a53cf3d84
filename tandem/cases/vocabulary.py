"""What a condition may speak of, by the same names wherever one is written: in rules, service policies, fields of our own.

A room adds what it knows of a case: `speak("case.tags", "several", _("the names of its tags"), names_of)`; names that people
give by `@family`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.cases.query import NOBODY, Asked, ask
from tandem.customers.models import Account, Environment
from tandem.kit.conditions import Condition, Wrong, condition, speaks_of, wrong_with


class Word(NamedTuple):
    """`kind` is one of `kit.conditions`; `of` is how it is now, None is nothing; `values` are those there are, where they are few."""

    kind: str
    says: str | Promise
    of: Callable[[Case], Any]
    values: tuple[str, ...] = ()


Family = Callable[[], dict[str, Word]]
VOCABULARY: dict[str, Word] = {}
FAMILIES: dict[str, Family] = {}


def speak(name: str, kind: str, says: str | Promise, of: Callable[[Case], Any], values: tuple[str, ...] = ()) -> None:
    VOCABULARY[name] = Word(kind, says, of, values)


def family(begins: str) -> Callable[[Family], Family]:
    """`@family("field.")` above `def fields() -> dict[str, Word]`: all names that begin so, looked up where one is spoken of."""

    def keep(words: Family) -> Family:
        FAMILIES[begins] = words
        return words

    return keep


def words(spoken_of: str | None = None) -> dict[str, Word]:
    """All there are; with the text of conditions at least those it speaks of."""
    grown = [told() for begins, told in FAMILIES.items() if spoken_of is None or speaks_of(spoken_of, begins)]
    return VOCABULARY | {name: word for some in grown for name, word in some.items()}


def kinds(among: Mapping[str, Word]) -> dict[str, str]:
    return {name: word.kind for name, word in among.items()}


Read = Callable[[str], Asked]


def reading() -> Read:
    """What a condition asks, each query read once."""
    return cache(partial(ask, actor=NOBODY, of_one=True))


def understood(source: str, kinds: Mapping[str, str], read: Read | None = None) -> Condition:
    """It may ask, too, `asks("tag:vip is:any")`, as one asks the queue. Raises `kit.conditions.Wrong`."""
    made, read = condition(source, kinds, may_ask=True), read or reading()
    for query in made.queries:
        if doubts := read(query).doubts:
            raise Wrong(" ".join(doubts))
    return made


def wrong_by_now(sources: Iterable[str], kinds: Mapping[str, str]) -> list[str]:
    """Of each that was kept what is wrong with it by now, as the tag it asks for has another name; nothing where nothing is."""
    understand = partial(understood, kinds=kinds, read=reading())
    found = [wrong_with(source, understand) for source in sources]
    return [
        wrong and gettext("{wrong} As it stands it is never true: write it anew.").format(wrong=wrong)
        for wrong in found
    ]


def kept(source: str, kinds: Mapping[str, str]) -> Condition | None:
    """One that was checked when it was written; none, if it is not understood any more. An empty one is always true."""
    try:
        return condition(source or "true", kinds, may_ask=True)
    except Wrong:
        return None


class Answers:
    """What conditions ask of these cases, as they are now and are read on: a query is read once, and looked for once in all."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._cases = {_read_on(case) for case in cases}
        self._asked = reading()
        self._found = cache(self._find)

    def fulfil(self, condition: Condition | None, case: Case, told: Mapping[str, Any]) -> bool:
        """Never one that is not understood any more, or asks what is not."""
        if condition is None or any(self._asked(query).doubts for query in condition.queries):
            return False
        return condition.holds(told, partial(self.to, case))

    def to(self, case: Case, query: str) -> bool:
        """Whether anybody would find this case by that."""
        return _read_on(case) in self._found(query)

    def _find(self, query: str) -> set[int]:
        found = Case.objects.filter(self._asked(query).clause, pk__in=self._cases)
        return set(found.order_by().values_list("pk", flat=True))


def _read_on(case: Case) -> int:
    return case.merged_into_id or case.pk


def known(case: Case, among: Mapping[str, Word], spoken_of: str | None = None) -> dict[str, Any]:
    """How it is now, by name; with the text of conditions only what they speak of. What is not said of it is left out."""
    told = {name: word.of(case) for name, word in among.items() if spoken_of is None or speaks_of(spoken_of, name)}
    return {name: value for name, value in told.items() if value is not None}


def _of(part: str, word: str) -> Callable[[Case], str]:
    """Nothing, where a case has none."""
    return lambda case: str(getattr(getattr(case, part), word, ""))


speak("case.stage", "text", _("where on its road it is"), lambda case: case.stage, tuple(Stage.values))
speak("case.ball", "text", _("who must move next"), lambda case: case.ball, tuple(Ball.values))
speak("case.priority", "whole", _("1 critical to 4 low; 0 is not judged"), lambda case: case.priority, tuple("01234"))
speak(
    "case.team",
    "text",
    _("the team that must move next, by its short name; empty: none"),
    lambda case: case.ball_team.slug if case.ball_team else "",
)
speak("case.realm", "text", _("the technical area, by its short name"), lambda case: case.realm)
speak("case.title", "text", _("its title"), lambda case: case.title)
speak("case.reporter", "text", _("the address of who reported it"), lambda case: case.reporter.email)
speak("account.name", "text", _("the customer; empty: none"), _of("account", "name"))
speak("account.slug", "text", _("the customer's short name"), _of("account", "slug"))
speak("account.tier", "text", _("the customer's tier"), _of("account", "tier"), tuple(Account.Tier.values))
speak("environment.name", "text", _("the installation; empty: none named"), _of("environment", "name"))
speak("environment.kind", "text", _("what it is for"), _of("environment", "kind"), tuple(Environment.Kind.values))
speak("environment.version", "text", _("the product version that runs there"), _of("environment", "version"))
speak("environment.region", "text", _("where it runs"), _of("environment", "region"))
