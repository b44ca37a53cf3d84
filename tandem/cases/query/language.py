"""What a text asks for. Words side by side must all be true; `or` is between two sides; `-` is not; parentheses hold
together; quotes keep words as they are.

Written by hand, not from a grammar: people read the answer while they type, so a quote or parenthesis that does not end yet
must mean something, too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

LONGEST = 500
DEEPEST = 8

TOKEN = re.compile(
    r"""
    (?P<opens>-?\() | (?P<closes>\)) |
    (?P<minus>-(?=[^\s()]))? (?:(?P<key>[A-Za-z]+):)? (?:"(?P<exactly>[^"]*)"? | (?P<plain>[^\s()"]*))
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Term:
    """`key:value`; a word of the text has no key."""

    key: str
    value: str
    is_exact: bool = False

    @property
    def values(self) -> list[str]:
        """`stage:triage,intake` means one of them."""
        return [self.value] if self.is_exact else [one for one in self.value.split(",") if one] or [""]


@dataclass(frozen=True)
class Not:
    node: "Node"


@dataclass(frozen=True)
class Every:
    nodes: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Either:
    nodes: tuple["Node", ...]


Node = Term | Not | Every | Either


class TooMuch(ValueError):
    """It is longer, or nested deeper, than anybody reads."""


def read(text: str) -> Node:
    """Raises `TooMuch`, and else never fails."""
    if len(text) > LONGEST:
        raise TooMuch
    return _Reader(text.replace("\x00", " ")).whole()


def write(node: Node) -> str:
    """As one would type it: `read(write(node))` is the same again."""
    match node:
        case Term():
            value = f'"{node.value}"' if node.is_exact else node.value
            return f"{node.key}:{value}" if node.key else value
        case Not():
            return f"-{write(node.node)}" if isinstance(node.node, Term) else f"-({write(node.node)})"
        case Every():
            return " ".join(f"({write(one)})" if isinstance(one, Every | Either) else write(one) for one in node.nodes)
        case Either():
            return " or ".join(f"({write(one)})" if isinstance(one, Either) else write(one) for one in node.nodes)


def renamed(node: Node, keys: Mapping[str, str]) -> Node:
    """The same by other keys: `renamed(read("onwer:me"), {"onwer": "owner"})`."""
    match node:
        case Term():
            return replace(node, key=keys.get(node.key, node.key))
        case Not():
            return Not(renamed(node.node, keys))
        case Every() | Either():
            return type(node)(tuple(renamed(one, keys) for one in node.nodes))


def terms(node: Node) -> Iterator[Term]:
    match node:
        case Term():
            yield node
        case Not():
            yield from terms(node.node)
        case Every() | Either():
            for one in node.nodes:
                yield from terms(one)


def must_be_quoted(value: str) -> bool:
    """Else it would be read as more than one."""
    return any(sign in value for sign in ' ,"()')


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens, self.at, self.depth = list(_tokens(text)), 0, 0

    def whole(self) -> Node:
        sides = [self._side()]
        while self._is_or():
            self.at += 1
            sides.append(self._side())
        told = [side for side in sides if side != Every()]
        return Either(tuple(told)) if len(told) > 1 else next(iter(told), Every())

    def _side(self) -> Node:
        nodes = []
        while self.at < len(self.tokens) and not self._is_or():
            token = self.tokens[self.at]
            if token["closes"] and self.depth:
                break
            self.at += 1
            if token["opens"]:
                nodes.append(self._held_together(is_not=token["opens"].startswith("-")))
            elif not token["closes"]:
                nodes.append(_term(token))
        told = tuple(node for node in nodes if node != Every())
        return told[0] if len(told) == 1 else Every(told)

    def _held_together(self, *, is_not: bool) -> Node:
        if self.depth == DEEPEST:
            raise TooMuch
        self.depth += 1
        inner = self.whole()
        self.depth -= 1
        self.at += 1  # its closing parenthesis, or the end
        return Not(inner) if is_not and inner != Every() else inner

    def _is_or(self) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][0].lower() == "or"


def _tokens(text: str) -> Iterator[re.Match[str]]:
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
        elif found := TOKEN.match(text, place):
            place = found.end()
            yield found


def _term(token: re.Match[str]) -> Node:
    exactly = token["exactly"]
    value = (token["plain"] if exactly is None else exactly) or ""
    term = Term((token["key"] or "").lower(), value, is_exact=exactly is not None)
    if not (term.key or term.value):
        return Every()
    return Not(term) if token["minus"] else term
