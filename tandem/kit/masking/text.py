"""Secrets in a text."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from tandem.kit.masking.patterns import PASSWORD, is_likely, shapes


class Secret(NamedTuple):
    """`value` stood at `start`; `kind` is "password", "token", "key" or "cookie"."""

    kind: str
    value: str
    start: int


def find(text: str) -> list[Secret]:
    """In the order of the text, none within another; where two claim one place, the surer."""
    taken, found = bytearray(len(text)), []
    for secret in _candidates(text):
        place = slice(secret.start, secret.start + len(secret.value))
        if not any(taken[place]):
            taken[place] = b"\x01" * len(secret.value)
            found.append(secret)
    return sorted(found, key=lambda secret: secret.start)


def cover(text: str, secrets: Iterable[Secret], *, sign: Callable[[str], str]) -> str:
    """The text with `sign(kind)` in place of each secret, wherever its value stands."""
    kinds = {secret.value: secret.kind for secret in secrets}
    if not kinds:
        return text
    values = "|".join(map(re.escape, sorted(kinds, key=len, reverse=True)))
    return re.sub(values, lambda found: sign(kinds[found[0]]), text)


def _candidates(text: str) -> Iterator[Secret]:
    for shape in shapes():
        for found in shape.pattern.finditer(text):
            start, value = shape.value_in(found)
            if shape.kind != PASSWORD or is_likely(value):
                yield Secret(shape.kind, value, start)
