"""Secrets in a text."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from tandem.kit.masking.patterns import KINDS, PASSWORD, is_likely, shapes

MOST_AGAIN = 300

# What is covered already, in whatever words, is nothing to cover.
A_SIGN = "["
_WORD = re.compile(r"[^\s\"'<>,;&\\]+")


class Secret(NamedTuple):
    """`value` stood at `start`; `kind` is "password", "token", "key" or "cookie"."""

    kind: str
    value: str
    start: int


def find(text: str) -> list[Secret]:
    """In the order of the text, none within another; where two claim one place, the surer."""
    if not (candidates := [*_candidates(text)]):
        return []
    taken, found = bytearray(len(text)), []
    for secret in candidates:
        place = slice(secret.start, secret.start + len(secret.value))
        if not any(taken[place]):
            taken[place] = b"\x01" * len(secret.value)
            found.append(secret)
    return sorted(found, key=lambda secret: secret.start)


def cover(text: str, secrets: Iterable[Secret], *, sign: Callable[[str], str], known: Iterable[Secret] = ()) -> str:
    """The text with `sign(kind)` in place of each of its secrets, and of their values wherever they stand again.

    So of the values of `known` ones; of MOST_AGAIN values in all, the longest first, for each is looked for by itself.
    """
    secrets = list(secrets)
    kinds = {secret.value: secret.kind for secret in [*secrets, *known]}
    if not kinds:
        return text
    signs = {kind: sign(kind) for kind in KINDS}
    pieces, position = [], 0
    for secret in secrets:
        pieces += [text[position : secret.start], signs[secret.kind]]
        position = secret.start + len(secret.value)
    text = "".join([*pieces, text[position:]])
    for value in sorted(kinds, key=len, reverse=True)[:MOST_AGAIN]:
        text = text.replace(value, signs[kinds[value]])
    return text


def hide(text: str, secrets: Iterable[Secret], sign: str, *, again: Collection[str] = ()) -> str:
    """The text with `sign` where these secrets were found in it, and for words of `again` wherever they stand."""
    told, end = [], 0
    for secret in secrets:
        told += [_without(text[end : secret.start], again, sign), sign]
        end = secret.start + len(secret.value)
    return "".join([*told, _without(text[end:], again, sign)])


def _without(text: str, words: Collection[str], sign: str) -> str:
    """One look at each word, however many there are to hide: they may be thousands."""
    return _WORD.sub(lambda found: _hidden(found[0], words, sign), text) if words else text


def _hidden(word: str, words: Collection[str], sign: str) -> str:
    """“sid=…” and “token:…” hide what they end with."""
    if word in words:
        return sign
    value = word[max(map(word.rfind, "=:")) + 1 :]
    return word.removesuffix(value) + sign if value in words else word


def _candidates(text: str) -> Iterator[Secret]:
    lowered = text.lower()
    for shape in filter(lambda shape: shape.may_stand_in(lowered), shapes()):
        for found in shape.pattern.finditer(text):
            start, value = shape.value_in(found)
            if is_likely(value) if shape.kind == PASSWORD else not value.startswith(A_SIGN):
                yield Secret(shape.kind, value, start)
