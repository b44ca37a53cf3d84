"""Secrets in a text."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from tandem.kit.masking.patterns import KINDS, PASSWORD, is_likely, shapes

MOST_AGAIN = 300


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


def cover(text: str, secrets: Iterable[Secret], *, sign: Callable[[str], str], known: Iterable[Secret] = ()) -> str:
    """The text with `sign(kind)` in place of each of its secrets, and of their values wherever they stand again.

    So of the values of `known` ones; of MOST_AGAIN values in all, the longest first, for each is looked for by itself.
    """
    secrets, signs = list(secrets), {kind: sign(kind) for kind in KINDS}
    pieces, position = [], 0
    for secret in secrets:
        pieces += [text[position : secret.start], signs[secret.kind]]
        position = secret.start + len(secret.value)
    text = "".join([*pieces, text[position:]])
    kinds = {secret.value: secret.kind for secret in [*secrets, *known]}
    for value in sorted(kinds, key=len, reverse=True)[:MOST_AGAIN]:
        text = text.replace(value, signs[kinds[value]])
    return text


def _candidates(text: str) -> Iterator[Secret]:
    for shape in shapes():
        for found in shape.pattern.finditer(text):
            start, value = shape.value_in(found)
            if shape.kind != PASSWORD or is_likely(value):
                yield Secret(shape.kind, value, start)
