"""What was typed into the search: words to look for, and words of the query language, which narrow the cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable
from django.db.models import Q

from tandem.cases.models import Case, Message
from tandem.cases.query import ask, language
from tandem.cases.query.language import Either, Every, Node, Not, Term
from tandem.cases.query.words import WORDS
from tandem.recall.candidates import BEGUN, FEW, WORD, newest
from tandem.recall.models import Word

LONGEST = 200
SMALL = 50_000  # messages


@dataclass(frozen=True)
class Wanted:
    """`words` is None if there are none; `cases` are those it was narrowed to, None if it was not. Doubts are sentences."""

    typed: str
    words: Any  # what the combinations of queries are, Django's types do not say
    plain: list[str]
    """The words one by one that must stand there, for whom a slip is looked for."""
    cases: Q | None
    few: list[int] | None
    """The keys of those cases, where they are few."""
    doubts: list[str]
    unwanted: Any
    """What must not stand anywhere in the case, None if nothing is left out."""
    in_the_queue: str = ""
    """What the queue is asked for, which has all these cases."""


def wanted(typed: str, actor: Any, *, is_begun: bool = False) -> Wanted:
    """`is_begun`: the last word may not be typed to its end."""
    told = language.read(typed)
    nodes = told.nodes if isinstance(told, Every) else (told,)
    looked_for = [node for node in nodes if not _has_a_key(node) and node != Every()]
    left_out = [node.node for node in looked_for if isinstance(node, Not)]
    if len(left_out) == len(looked_for):  # then nothing is looked for, and cases without those words are listed
        looked_for = left_out = []
    narrowing = [node for node in nodes if node not in looked_for and node != Every()]
    unwanted = reduce(or_, map(_query, left_out)) if left_out else None
    words = reduce(and_, (_query(node) for node in looked_for)) if looked_for else None
    if words is not None and is_begun:
        words = _with_beginning(looked_for, words)
    plain = [node.value for node in looked_for if isinstance(node, Term) and not node.is_exact]
    in_the_queue = language.write(Every((*looked_for, *narrowing, Term("is", "any"))))
    if not narrowing:
        return Wanted(typed, words, plain, None, None, [], unwanted, in_the_queue)
    asked = ask(language.write(Every((*narrowing, Term("is", "any")))), actor)
    few = None if words is None else _few(asked.clause, actor)
    return Wanted(typed, words, plain, asked.clause, few, asked.doubts, unwanted, in_the_queue)


def _few(clause: Q, actor: Any) -> list[int] | None:
    found = Case.objects.visible_to(actor).filter(clause).order_by().values_list("pk", flat=True)[: FEW + 1]
    return keys if len(keys := list(found)) <= FEW else None


def _has_a_key(node: Node) -> bool:
    match node:
        case Term():
            return node.key in WORDS
        case Not():
            return _has_a_key(node.node)
        case Every() | Either():
            return any(map(_has_a_key, node.nodes))


def _query(node: Node) -> SearchQueryCombinable:
    match node:
        case Term():
            text = f"{node.key}:{node.value}" if node.key else node.value
            return SearchQuery(text, config="english", search_type="phrase" if node.is_exact else "plain")
        case Not():
            return ~_query(node.node)  # type: ignore[operator]
        case Either():
            return reduce(or_, map(_query, node.nodes))
        case Every():
            return reduce(and_, map(_query, node.nodes))


def _with_beginning(nodes: list[Node], words: SearchQueryCombinable) -> SearchQueryCombinable:
    last = nodes[-1]
    if (
        not isinstance(last, Term)
        or last.is_exact
        or last.key
        or len(last.value) < BEGUN
        or not WORD.fullmatch(last.value)
    ):
        return words
    return reduce(and_, [*map(_query, nodes[:-1]), reduce(or_, [_query(last), *_begun(last.value)])])


def _begun(word: str) -> Iterator[SearchQuery]:
    """Of many messages the index looks up whole words much faster than all that begin so: those people use most."""
    if newest(Message) <= SMALL:
        yield SearchQuery(f"{word}:*", config="english", search_type="raw")
    else:
        yield from (SearchQuery(one, config="english", search_type="plain") for one in Word.objects.beginning(word))
