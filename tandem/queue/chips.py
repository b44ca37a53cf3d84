"""A query as chips: each of its terms can be taken away, turned round, or given another value."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from tandem.cases.query import language
from tandem.cases.query.language import Every, Node, Not, Term, TooMuch
from tandem.cases.query.words import WORDS, Word
from tandem.kit.addresses import url
from tandem.queue.page import VIEWS, Queue

OPEN = VIEWS["open"][1]
MOST = 12


class Choice(NamedTuple):
    value: str
    says: str
    href: str
    is_chosen: bool


class Chip(NamedTuple):
    """`src` is where its menu is fetched from; without one it can only be taken away or turned round."""

    text: str
    without: str
    turned: str
    turned_says: str
    choices: list[Choice]
    src: str


def of(queue: Queue) -> list[Chip]:
    """Of what stands side by side; none for all that is open: that is no filter."""
    nodes = _nodes(queue.text)
    if queue.text == OPEN or len(nodes) > MOST:
        return []
    return [_chip(queue, nodes, place) for place in range(len(nodes))]


def more_choices(queue: Queue, place: int) -> list[Choice]:
    """The choices of one term, also those that only the rooms know. None where no term stands."""
    nodes = _nodes(queue.text)
    word = _word(nodes[place]) if place < len(nodes) else None
    if word is None:
        return []
    known = word.suggest("", queue.actor) if word.suggest else []
    return _choices(queue, nodes, place, [*((value, "") for value in word.values), *known])


def _nodes(text: str) -> Sequence[Node]:
    try:
        told = language.read(text)
    except TooMuch:
        return ()
    return told.nodes if isinstance(told, Every) else (told,)


def _chip(queue: Queue, nodes: Sequence[Node], place: int) -> Chip:
    node, word = nodes[place], _word(nodes[place])
    turned = node.node if isinstance(node, Not) else Not(node)
    choices = _choices(queue, nodes, place, [(value, "") for value in word.values]) if word else []
    return Chip(
        text=language.write(node),
        without=_with(queue, [*nodes[:place], *nodes[place + 1 :]]),
        turned=_with(queue, [*nodes[:place], turned, *nodes[place + 1 :]]),
        turned_says=_("is") if isinstance(node, Not) else _("is not"),
        choices=choices,
        src=f"{url('queue_choices', place)}?{queue.beside(q=queue.text).partition('?')[2]}"
        if word and word.suggest
        else "",
    )


def _choices(queue: Queue, nodes: Sequence[Node], place: int, values: Sequence[tuple[str, str]]) -> list[Choice]:
    node, said = nodes[place], _term(nodes[place])
    assert said is not None

    def other(value: str) -> str:
        term = Term(said.key, value, is_exact=language.must_be_quoted(value))
        return _with(queue, [*nodes[:place], Not(term) if isinstance(node, Not) else term, *nodes[place + 1 :]])

    return [Choice(value, says, other(value), value in said.values) for value, says in values]


def _term(node: Node) -> Term | None:
    inner = node.node if isinstance(node, Not) else node
    return inner if isinstance(inner, Term) else None


def _word(node: Node) -> Word | None:
    term = _term(node)
    return WORDS.get(term.key) if term else None


def _with(queue: Queue, nodes: Sequence[Node]) -> str:
    return queue.beside(q=language.write(Every(tuple(nodes))) or OPEN)
