"""From a text to what it finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.query import language
from tandem.cases.query.language import Either, Every, Node, Not, Term
from tandem.cases.query.nobody import NeedsAReader
from tandem.cases.query.words import TEXT, WORDS, NotUnderstood

NOTHING = Q(pk__in=[])
STATES = {"open", "closed", "any", "merged"}
MOST_LOOKS = 4


@dataclass
class Asked:
    """`clause` narrows `Case.objects.visible_to(actor)`. `doubts` are sentences: with one of them it finds nothing."""

    clause: Q
    doubts: list[str]
    is_of_open: bool
    """Only open cases can be found: they have an order, the next promise."""
    is_of_closed: bool = False
    """Only closed cases can be found."""
    is_of_text: bool = False
    """Some of it is looked for in titles and in what was said."""
    meant: Mapping[str, str] = field(default_factory=dict)
    """Of slips of the finger, which word was likely meant: `{"onwer": "owner"}`."""

    def must_be_clear(self) -> None:
        """Raises `NotUnderstood`; for who has no eyes to read the doubts."""
        if self.doubts:
            raise NotUnderstood(" ".join(self.doubts))


def ask(text: str, actor: Any, *, of_one: bool = False) -> Asked:
    """What a colleague asks for, `of_one` case that is at hand. Without a word of its state it is looked for among the open ones."""
    try:
        told = language.read(text)
    except language.TooMuch:
        return Asked(NOTHING, [_too_much()], is_of_open=True)
    if _looks(told) > MOST_LOOKS:
        return Asked(NOTHING, [_too_many_looks()], is_of_open=True)
    meaning = _Meaning(actor, of_one)
    clause = meaning.of(told)
    if not _has_a_state(told):
        clause &= WORDS["is"].clause("open", actor)
    clause, states = NOTHING if meaning.doubts else clause, _states(told)
    is_of_open = states == {"open"} or not _has_a_state(told)
    return Asked(clause, meaning.doubts, is_of_open, states == {"closed"}, _looks(told) > 0, meaning.meant)


def _too_much() -> str:
    told = _("That is too much to read: at most {most} characters, and parentheses {deepest} deep.")
    return told.format(most=language.LONGEST, deepest=language.DEEPEST)


def _too_many_looks() -> str:
    told = _("Words stand in more than {most} places of it, and each is looked for by itself: put them side by side.")
    return told.format(most=MOST_LOOKS)


def _looks(told: Node) -> int:
    """How often it asks for words of the text."""
    match told:
        case Term():
            return int(_is_text(told))
        case Not():
            return _looks(told.node)
        case Every() | Either():
            return any(map(_is_text, told.nodes)) + sum(map(_looks, _others(told.nodes)))


def _states(told: Node) -> set[str]:
    """Those that all it finds must have."""
    terms = [node for node in (told.nodes if isinstance(told, Every) else [told]) if isinstance(node, Term)]
    said = {term.value.lower() for term in terms if term.key == "is"} & STATES
    return said | {"closed"} if any(term.key == "closed" for term in terms) else said


def _has_a_state(told: Node) -> bool:
    match told:
        case Term():
            values = set(map(str.lower, told.values))
            if told.key == "is":
                return bool(STATES & values)
            return told.key == "closed" or (told.key == "stage" and Stage.CLOSE in values)
        case Not():
            return _has_a_state(told.node)
        case Every() | Either():
            return any(map(_has_a_state, told.nodes))


@dataclass
class _Meaning:
    actor: Any
    of_one: bool
    doubts: list[str] = field(default_factory=list)
    meant: dict[str, str] = field(default_factory=dict)

    def of(self, node: Node) -> Q:
        match node:
            case Term():
                return self._term(node)
            case Not():
                return ~self.of(node.node)
            case Either():
                return reduce(or_, self._each(node.nodes, between=" or "))
            case Every():
                return reduce(and_, self._each(node.nodes, between=" "), Q())

    def _each(self, nodes: Sequence[Node], *, between: str) -> list[Q]:
        """Words of the text are looked for together: side by side, the title or one message must have them all."""
        text = [node for node in nodes if _is_text(node)]
        return [*([self._text(text, between)] if text else []), *map(self.of, _others(nodes))]

    def _text(self, terms: Sequence[Node], between: str) -> Q:
        for term in terms:
            self._doubt_a_typo(term)
        return TEXT[self.of_one](between.join(map(_as_typed, terms)), self.actor)

    def _term(self, term: Term) -> Q:
        if _is_text(term):
            return self._text([term], "")
        try:
            return reduce(or_, (WORDS[term.key].clause(value, self.actor) for value in term.values))
        except NeedsAReader:
            told = _("“{term}” is about who asks, and here nobody does: name the person or the team.")
            self.doubts.append(told.format(term=language.write(term)))
        except NotUnderstood as doubt:
            self.doubts.append(doubt.sentence)
        return Q()

    def _doubt_a_typo(self, node: Node) -> None:
        """`onwer:me` is no word of a message."""
        assert isinstance(node, Term)
        if meant := node.key and get_close_matches(node.key, WORDS, n=1, cutoff=0.7):
            told = _("There is no “{key}:”. Did you mean “{meant}:”? Put it in quotes to look for it as it stands.")
            self.doubts.append(told.format(key=node.key, meant=meant[0]))
            self.meant[node.key] = meant[0]


def _is_text(node: Node) -> bool:
    return isinstance(node, Term) and node.key not in WORDS


def _others(nodes: Sequence[Node]) -> list[Node]:
    return [node for node in nodes if not _is_text(node)]


def _as_typed(node: Node) -> str:
    assert isinstance(node, Term)
    value = f"{node.key}:{node.value}" if node.key else node.value
    return f'"{value}"' if node.is_exact or node.key else value
