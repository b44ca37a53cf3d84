"""Secrets in HTML: tags and escapes keep them from a search, and every reader sees them all the same.

Nothing here parses: it is cut at its tags in one pass, for it may be large and hostile.
"""

import re
from collections.abc import Callable, Collection, Iterable
from html import escape, unescape

from tandem.kit.masking.text import MOST_AGAIN, Secret, cover, find
from tandem.kit.plain import BLOCKS

# Nothing is tried twice (`*+`), so that what never ends is read once.
_TAG = re.compile(r"<(?:/?([a-zA-Z][a-zA-Z0-9]*+)|[!?])[^<>]*+>")
_APART = BLOCKS | {"td", "th"}
_LEADING_ZEROS = re.compile(r"(&#[xX]?)0++")
_NO_LETTER = re.compile(r"&#[0-9]{9}[0-9]*+;?")  # longer ones Python refuses to read
_UNSEEN = "\x00-\x08\x0e-\x1f\x7f\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_INVISIBLE = re.compile(f"[{_UNSEEN}]+")
_BLANK = re.compile(rf"[\s{_UNSEEN}]+")


def find_in_html(html: str) -> list[Secret]:
    """In its words, however they are marked up, and in its addresses; where each stands is not said."""
    marks = "\n".join(_unescaped(tag[0]) for tag in _TAG.finditer(html))
    found = {secret.value: secret.kind for text in (_words(html), marks) for secret in find(text)}
    return [Secret(kind, value, 0) for value, kind in found.items()]


def cover_html(html: str, secrets: Iterable[Secret], *, sign: Callable[[str], str]) -> str:
    """The HTML with `sign(kind)` in place of these values; "" if one of them can be read in it even then."""
    secrets = list(secrets)
    spelled = [secret._replace(value=value) for secret in secrets for value in _spellings(secret.value)]
    covered = cover(html, [], known=spelled, sign=sign)
    values = {secret.value for secret in secrets}
    return "" if len(values) > MOST_AGAIN or stand_in_html(values, covered) else covered


def stand_in_html(texts: Collection[str], html: str) -> bool:
    """Whether a reader may see one of these texts there, in whatever tags, lines and escapes; rather yes than no."""
    if not texts or not html:
        return False
    shown = _bare(_words(html)), _bare(_unescaped(html))
    return any(bare in words for bare in map(_bare, texts) if bare for words in shown)


def _spellings(value: str) -> set[str]:
    return {value, escape(value), escape(value, quote=False)}


def _words(html: str) -> str:
    """What it says, in one line."""
    text = _TAG.sub(lambda tag: " " if (tag[1] or "").lower() in _APART else "", html)
    return _INVISIBLE.sub("", _unescaped(text))


def _unescaped(text: str) -> str:
    return unescape(_NO_LETTER.sub("\ufffd", _LEADING_ZEROS.sub(r"\1", text)))


def _bare(text: str) -> str:
    return _BLANK.sub("", text)
