"""YAML with its line numbers: each node says what it holds, or notes what is wrong and where."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

import yaml
from django.utils.translation import gettext as _

LONGEST = 50_000
DEEPEST = 20


@dataclass
class Trouble:
    sentences: list[str] = field(default_factory=list)

    def note(self, node: yaml.Node, sentence: str, about: str = "") -> None:
        line = node.start_mark.line + 1
        where = _("Line {n}, “{field}”").format(n=line, field=about) if about else _("Line {n}").format(n=line)
        self.sentences.append(f"{where}: {sentence.rstrip('.')}.")


@dataclass(frozen=True)
class Node:
    """A mapping of the YAML, or what stands where one should be. `key` is the field it is about."""

    at: yaml.Node
    trouble: Trouble
    has: dict[str, yaml.Node] = field(default_factory=dict)
    key: str = ""

    def mapping(self, words: Iterable[str], *, needs: Iterable[str] = ()) -> "Node":
        """Itself with its words known; each must be one of `words`, and `needs` must be there."""
        if not isinstance(self.at, yaml.MappingNode):
            self.wrong(_("here stand words with values, as in “label: Web application”"))
            return self
        has: dict[str, yaml.Node] = {}
        for name, value in self.at.value:
            self._take(has, name, value, words)
        known = replace(self, has=has)
        for need in [need for need in needs if need not in has or has[need].value in ("", [])]:
            known.wrong(_("“{word}” is missing").format(word=need))
        return known

    def _take(self, has: dict[str, yaml.Node], name: yaml.Node, value: yaml.Node, words: Iterable[str]) -> None:
        word = str(name.value)
        if word in has:
            self.trouble.note(name, _("“{word}” stands here twice").format(word=word), self.key)
        elif word not in words:
            meant = get_close_matches(word, list(words), n=1)
            hint = _("; did you mean “{word}”?").format(word=meant[0]) if meant else ""
            self.trouble.note(name, _("“{word}” is no word of a template").format(word=word) + hint, self.key)
        else:
            has[word] = value

    def about(self, key: str) -> "Node":
        return replace(self, key=key)

    def wrong(self, sentence: str, *, at: str = "") -> None:
        self.trouble.note(self.has.get(at, self.at), sentence, self.key)

    def text(self, word: str, *, most: int) -> str:
        node = self.has.get(word)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(_("“{word}” is one text").format(word=word), at=word)
            return ""
        told = " ".join(node.value.split())
        if len(told) > most:
            self.wrong(_("“{word}” has at most {n} characters").format(word=word, n=most), at=word)
        return told

    def one_of(self, word: str, values: Iterable[str], otherwise: str) -> str:
        told = self.text(word, most=80) or otherwise
        if told not in values:
            self.wrong(_("“{word}” is one of {values}").format(word=word, values=", ".join(values)), at=word)
            return otherwise
        return told

    def switch(self, word: str) -> bool:
        return self.one_of(word, ("yes", "no", "true", "false"), "no") in ("yes", "true")

    def texts(self, word: str, *, most: int) -> list[str]:
        found = [item for item in self._list(word) if isinstance(item, yaml.ScalarNode)]
        told = [" ".join(item.value.split())[:200] for item in found]
        if len(found) < len(self._list(word)) or not all(told) or len({*told}) < len(told):
            self.wrong(_("“{word}” is a list of texts, each another").format(word=word), at=word)
        if len(told) > most:
            self.wrong(_("“{word}” has at most {n} entries").format(word=word, n=most), at=word)
        return told

    def items_of(self, word: str) -> "list[Node]":
        return [Node(item, self.trouble, key=self.key) for item in self._list(word)]

    def _list(self, word: str) -> list[Any]:
        node = self.has.get(word)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(_("“{word}” is a list, each entry begun with a dash").format(word=word), at=word)
            return []
        return node.value


def parse(source: str, trouble: Trouble) -> Node:
    """The root of the document."""
    if len(source) > LONGEST:
        raise yaml.MarkedYAMLError(problem=f"it is longer than {LONGEST} characters")
    _must_be_simple(source)
    root = yaml.compose(source, Loader=yaml.SafeLoader)
    if root is None:
        raise yaml.MarkedYAMLError(problem="there is nothing in it")
    return Node(root, trouble)


def _must_be_simple(source: str) -> None:
    """No aliases: a few of them can mean billions of nodes. No depths: the square of them is the time to read them."""
    depth = 0
    for event in yaml.parse(source, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases (*) are not read here", problem_mark=event.start_mark)  # type: ignore[arg-type]
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem="it is nested too deeply", problem_mark=event.start_mark)  # type: ignore[arg-type]
