"""A condition that asks: `asks("tag:vip")`. Who evaluates it answers."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from cel_expr_python import cel

Asks = Callable[[str], bool]
_answer: ContextVar[Asks] = ContextVar("answer")

ASKS = cel.FunctionDecl(
    "asks", [cel.Overload("asks_string", cel.Type.BOOL, [cel.Type.STRING], impl=lambda query: _answer.get()(query))]
)


@contextmanager
def answering(asks: Asks | None) -> Iterator[None]:
    """While it is evaluated. An error is raised afterwards: to `||` it would be one answer among others."""
    failed: list[Exception] = []

    def answer(query: str) -> bool:
        try:
            return bool(asks and asks(query))
        except Exception as error:
            failed.append(error)
            raise

    token = _answer.set(answer)
    try:
        yield
    finally:
        _answer.reset(token)
    if failed:
        raise failed[0]


GAP = r"(?:[\s`]|//[^\n]*(?:\n|\Z))*"
"""What may stand between the parts of a name: room, the quotes of a name, remarks."""
_TOKEN = re.compile(
    rf"""
    (?<!\w) (?P<asks>asks) {GAP}\( (?: \s* (?: "(?P<double>[^"\\\n]*)" | '(?P<single>[^'\\\n]*)' ) \s*\) )? |
    \"{{3}}[\s\S]*?\"{{3}} | '{{3}}[\s\S]*?'{{3}} | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | //[^\n]*
    """,
    re.VERBOSE,
)


def asked_in(source: str) -> Iterator[tuple[str | None, tuple[int, int]]]:
    """What stands in the quotes, None where anything else does; and its line and character. Not within texts and remarks."""
    for token in _TOKEN.finditer(source):
        if token["asks"]:
            before = source[: token.start()]
            place = before.count("\n") + 1, token.start() - before.rfind("\n")
            yield token["double"] if token["double"] is not None else token["single"], place
