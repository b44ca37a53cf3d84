"""From a text to what it finds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.cases.query import language
from tandem.cases.query.language import Either, Every, Node, Not, Term
from tandem.cases.query.words import TEXT, WORDS, NotUnderstood

NOTHING = Q(pk__in=[])
STATES = {"open", "closed", "any", "merged"}


@dataclass
class Asked:
    """`clause` narrows `Case.objects.visible_to(actor)`. `doubts` are sentences: with one of them it finds nothing."""

    clause: Q
    doubts: list[str]
    is_of_open: bool
    """Only open cases can be found: they have an order, the next promise."""

    def must_be_clear(self) -> None:
        """Raises `NotUnderstood`; for who has no eyes to read the doubts."""
        if self.doubts:
            raise NotUnderstood(" ".join(self.doubts))


def ask(text: str, actor: Any) -> Asked:
    """What a colleague asks for. Without a word of its state a case is looked for among the open ones."""
    try:
        told = language.read(text)
    except language.TooMuch:
        return Asked(NOTHING, [_too_much()], is_of_open=True)
    meaning = _Meaning(actor)
    clause = meaning.of(told)
    is_of_open = _is_of_open(told)
    if is_of_open and not meaning.names_a_state:
        clause &= WORDS["is"].clause("open", actor)
    return Asked(NOTHING if meaning.doubts else clause, meaning.doubts, is_of_open)


def _too_much() -> str:
    told = _("That is too much to read: at most {most} characters, and parentheses {deepest} deep.")
    return told.format(most=language.LONGEST, deepest=language.DEEPEST)


def _is_of_open(told: Node) -> bool:
    terms = told.nodes if isinstance(told, Every) else [told]
    states = {term.value.lower() for term in terms if isinstance(term, Term) and term.key == "is"} & STATES
    return states == {"open"} or not (states or _has_a_state(told))


def _has_a_state(told: Node) -> bool:
    match told:
        case Term():
            return told.key == "is" and bool(STATES & set(map(str.lower, told.values)))
        case Not():
            return _has_a_state(told.node)
        case Every() | Either():
            return any(map(_has_a_state, told.nodes))


@dataclass
class _Meaning:
    actor: Any
    doubts: list[str] = field(default_factory=list)
    names_a_state: bool = False

    def of(self, node: Node) -> Q:
        match node:
            case Term():
                return self._term(node)
            case Not():
                return ~self.of(node.node)
            case Either():
                return reduce(or_, map(self.of, node.nodes))
            case Every():
                return self._every(node.nodes)

    def _every(self, nodes: Sequence[Node]) -> Q:
        """Words of the text are looked for together: a message must have them all."""
        text = [node for node in nodes if _is_text(node)]
        wanted = any(isinstance(node, Term) for node in text)
        clauses = [self.of(node) for node in nodes if not (wanted and node in text)]
        if wanted:
            for node in text:
                self._doubt_a_typo(node)
            clauses.append(TEXT[0](" ".join(map(_as_typed, text)), self.actor))
        return reduce(and_, clauses, Q())

    def _term(self, term: Term) -> Q:
        if _is_text(term):
            self._doubt_a_typo(term)
            return TEXT[0](_as_typed(term), self.actor)
        self.names_a_state |= _has_a_state(term)
        try:
            return reduce(or_, (WORDS[term.key].clause(value, self.actor) for value in term.values))
        except NotUnderstood as doubt:
            self.doubts.append(doubt.sentence)
            return Q()

    def _doubt_a_typo(self, node: Node) -> None:
        """`onwer:me` is no word of a message."""
        term = node.node if isinstance(node, Not) else node
        assert isinstance(term, Term)
        if meant := term.key and get_close_matches(term.key, WORDS, n=1, cutoff=0.7):
            told = _("There is no “{key}:”. Did you mean “{meant}:”? Put it in quotes to look for it as it stands.")
            self.doubts.append(told.format(key=term.key, meant=meant[0]))


def _is_text(node: Node) -> bool:
    term = node.node if isinstance(node, Not) else node
    return isinstance(term, Term) and term.key not in WORDS


def _as_typed(node: Node) -> str:
    if isinstance(node, Not):
        return f"-{_as_typed(node.node)}"
    assert isinstance(node, Term)
    value = f"{node.key}:{node.value}" if node.key else node.value
    return f'"{value}"' if node.is_exact or node.key else value
