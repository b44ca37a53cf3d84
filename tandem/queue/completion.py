"""What somebody who types a query may go on with: words, their values, people, accounts, realms, and saved views."""

import re
from typing import Any, NamedTuple

from tandem.cases.query.language import LONGEST, must_be_quoted
from tandem.cases.query.words import WORDS, Word
from tandem.queue.models import SavedView
from tandem.queue.page import VIEWS, address

LAST = re.compile(
    r'(?P<before>(?:^|.*[\s(]))(?P<minus>-?)(?:(?P<key>[A-Za-z]+):(?P<values>[^\s()"]*)|(?P<word>[A-Za-z]*))$', re.S
)
MOST = 10


class Offer(NamedTuple):
    """`text` is all that stands up to the caret then; a view has an address instead."""

    label: str
    says: str
    text: str = ""
    href: str = ""


def offered(typed: str, actor: Any) -> list[Offer]:
    """For what stands before the caret. Nothing within quotes, where words are meant as they stand."""
    found = LAST.match(typed) if len(typed) <= LONGEST and typed.count('"') % 2 == 0 else None
    if not found:
        return []
    begun = f"{found['before']}{found['minus']}"
    if found["key"]:
        word = WORDS.get(found["key"].lower())
        return _values(begun, word, found["values"], actor) if word else []
    views = [] if found["minus"] or found["before"].strip() else _views(found["word"], actor)
    return [*_words(begun, found["word"].lower()), *views][: MOST * 2]


def _words(begun: str, first: str) -> list[Offer]:
    known = (word for word in WORDS.values() if word.name.startswith(first))
    return [Offer(f"{word.name}:", str(word.says), f"{begun}{word.name}:") for word in known]


def _values(begun: str, word: Word, values: str, actor: Any) -> list[Offer]:
    """Behind a comma another value begins; what must stand in quotes stands alone."""
    before, comma, last = values.rpartition(",")
    plain = [(value, "") for value in word.values if value.startswith(last.lower())]
    known = word.suggest(last, actor) if word.suggest else []
    return [
        Offer(value, says, f"{begun}{word.name}:{before}{comma}{_typed(value)} ")
        for value, says in dict.fromkeys([*plain, *known])
        if '"' not in value and not (before and must_be_quoted(value))
    ][:MOST]


def _typed(value: str) -> str:
    return f'"{value}"' if must_be_quoted(value) else value


def _views(begun: str, actor: Any) -> list[Offer]:
    """By a part of their name; before anything is typed, none: they stand in the bar."""
    if not begun:
        return []
    built = [(str(label), text, name) for name, (label, text) in VIEWS.items()]
    rows = SavedView.objects.visible_to(actor).standing().filter(name__icontains=begun)
    saved = [(view.name, view.text, str(view.pk)) for view in rows[:MOST]]
    named = [(name, text, view) for name, text, view in [*built, *saved] if begun.lower() in name.lower()]
    return [Offer(name, text, href=address(view=view)) for name, text, view in named]
