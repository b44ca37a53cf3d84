"""Conditions on answers, in CEL: `seen == "a message"`, `rows > 1000`, `"Wi-Fi" in connection`.

Some also ask, `asks("tag:vip")`: what that means, and the answer, is for who calls.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from cel_expr_python import cel
from django.utils.translation import gettext as _

from tandem.kit.asks import ASKS, GAP, Asks, answering, asked_in
from tandem.kit.text import readable

TYPES = {
    "number": cel.Type.DYN,
    "several": cel.Type.List(cel.Type.STRING),
    "yes_no": cel.Type.BOOL,
    "whole": cel.Type.INT,
}
LONGEST = 500
MOST_NAMED = 40


class Wrong(ValueError):
    """Why a condition cannot be used, in the words of the language; `place` is where: the line and the character, from 1."""

    def __init__(self, sentence: str, place: tuple[int, int] | None = None) -> None:
        super().__init__(sentence)
        self.place = place

    @property
    def sentence(self) -> str:
        """For whoever wrote it."""
        why = str(self).rstrip(".")
        if self.place is None:
            return _("The condition is not understood: {why}.").format(why=why)
        line, column = self.place
        told = _("The condition is not understood, line {line}, character {column}: {why}.")
        return told.format(line=line, column=column, why=why)


@dataclass(frozen=True)
class Condition:
    """`kinds` are the kinds of the fields it may speak of, by key; `may_ask`: whether it may ask, too, and `queries` what it asks."""

    source: str
    kinds: tuple[tuple[str, str], ...]
    may_ask: bool = False
    queries: tuple[str, ...] = field(default=(), compare=False)

    def holds(self, answers: Mapping[str, Any], asks: Asks | None = None) -> bool:
        """Whether it is true of these answers; of what is not answered nothing is true. Raises what `asks` does."""
        told = {key: answers[key] for key, _kind in self.kinds if key in answers}
        with answering(asks):
            try:
                value = _compiled(self).eval(data=told)
            except RuntimeError:
                return False
        return value.type() == cel.Type.BOOL and value.plain_value() is True


def queries_of(source: str) -> list[str]:
    """Of `asks("tag:vip")` what stands in the quotes. Raises `Wrong` where it is not plainly written there."""
    found = []
    for query, place in asked_in(source):
        if query is None:
            told = _("what it asks stands in quotes, without a backslash, as in {example}")
            raise Wrong(told.format(example='asks("tag:vip")'), place)
        found.append(query)
    return found


def tidy(source: str) -> str:
    """As it is kept."""
    return readable(source).strip()


def wrong_with(source: str, understood: Callable[[str], Any]) -> str:
    """A sentence; nothing where nothing is wrong, as with no condition at all. `understood` raises `Wrong`."""
    try:
        if source:
            understood(source)
    except Wrong as wrong:
        return wrong.sentence
    return ""


def condition(source: str, kinds: Mapping[str, str], *, may_ask: bool = False) -> Condition:
    """Compiled and checked. Raises `Wrong`."""
    if len(source) > LONGEST:
        raise Wrong(_("it is longer than {most} characters").format(most=LONGEST))
    made = Condition(source, tuple(kinds.items()), may_ask)
    if _compiled_or_wrong(made).return_type() not in (cel.Type.BOOL, cel.Type.DYN):
        raise Wrong(_("it is neither true nor false; compare with ==, <, > or in"))
    return replace(made, queries=tuple(queries_of(source))) if may_ask else made


@lru_cache(maxsize=500)
def _compiled(condition: Condition) -> cel.Expression:
    variables = {key: TYPES.get(kind, cel.Type.STRING) for key, kind in condition.kinds}
    return cel.NewEnv(variables=variables, functions=[ASKS] if condition.may_ask else []).compile(condition.source)


def _compiled_or_wrong(condition: Condition) -> cel.Expression:
    try:
        return _compiled(condition)
    except (RuntimeError, TypeError) as error:  # what is no text at all is of no type it takes
        told = _("it holds a character that is none") if isinstance(error, TypeError) else _told(str(error), condition)
        raise Wrong(told, _place(str(error))) from None


_UNKNOWN = re.compile(r"undeclared reference to '(\w+)(\.\w+)'")


def _told(error: str, condition: Condition) -> str:
    """With the names there are, where one of them was meant."""
    if unknown := _UNKNOWN.search(error):
        beside = [name for name, _kind in condition.kinds if name.startswith(f"{unknown[1]}.")][:MOST_NAMED]
        if beside:
            told = _("there is no “{name}”. There are: {known}")
            return told.format(name=unknown[1] + unknown[2], known=", ".join(beside))
    return _plain(error)


def speaks_of(source: str, name: str) -> bool:
    """However it is spaced, `case .ball`. Rather once too often, as within a text: of what is not told nothing is true."""
    spaced = rf"{GAP}\.{GAP}".join(map(re.escape, name.split(".")))
    return re.search(rf"(?<![\w.])\.?{GAP}{spaced}\b", source) is not None


_TOLD = re.compile(r"<input>:(\d+):(\d+): (.+)")


def _plain(error: str) -> str:
    """The first sentence of the compiler's message, without its place in a file that is none."""
    found = _TOLD.search(error)
    told = found[3] if found else error.splitlines()[0].split(" [")[0].partition(": ")[2] or error.splitlines()[0]
    return told.replace(" (in container '')", "").strip()


def _place(error: str) -> tuple[int, int] | None:
    found = _TOLD.search(error)
    return (int(found[1]), int(found[2])) if found else None
