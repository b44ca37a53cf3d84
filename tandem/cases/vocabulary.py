"""What a condition may speak of, by the same names wherever one is written: in rules, service policies, fields of our own.

A room adds what it knows of a case: `speak("case.tags", "several", _("the names of its tags"), names_of)`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.customers.models import Account, Environment


class Word(NamedTuple):
    """`kind` is one of `kit.conditions`; `of` is how it is now; `values` are those there are, where they are few."""

    kind: str
    says: str | Promise
    of: Callable[[Case], Any]
    values: tuple[str, ...] = ()


VOCABULARY: dict[str, Word] = {}


def speak(name: str, kind: str, says: str | Promise, of: Callable[[Case], Any], values: tuple[str, ...] = ()) -> None:
    VOCABULARY[name] = Word(kind, says, of, values)


def known(case: Case, spoken_of: str | None = None) -> dict[str, Any]:
    """How it is now, by name; with the text of conditions only what they speak of."""
    words = VOCABULARY.items()
    return {name: word.of(case) for name, word in words if spoken_of is None or name in spoken_of}


def _of(part: str, word: str) -> Callable[[Case], str]:
    """Nothing, where a case has none."""
    return lambda case: str(getattr(getattr(case, part), word, ""))


speak("case.stage", "text", _("where on its road it is"), lambda case: case.stage, tuple(Stage.values))
speak("case.ball", "text", _("who must move next"), lambda case: case.ball, tuple(Ball.values))
speak("case.priority", "whole", _("1 critical to 4 low; 0 is not judged"), lambda case: case.priority, tuple("01234"))
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
