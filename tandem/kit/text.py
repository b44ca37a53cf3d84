"""Text from strangers, made fit to keep: nothing the database refuses, nothing that steers the eye unseen."""

import re
import unicodedata
from typing import Any

_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNKEEPABLE = re.compile(r"[\x00\ud800-\udfff]")
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_JOINERS = "\u200c\u200d"  # they shape words in Persian, Hindi and emoji
_PATH = re.compile(r"[/\\]")
_NOT_IN_NAMES = str.maketrans("", "", _JOINERS + ':*?"<>|')


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translation where Django may not be loaded; who shows it translates it."""
    return sentence


def keepable(told: Any) -> Any:
    """The same text, or what JSON has with each text in it, without what no database keeps: NUL, and halves of a character."""
    match told:
        case str():
            return _UNKEEPABLE.sub(_replacement, told)
        case list():
            return [keepable(one) for one in told]
        case dict():
            return {keepable(name): keepable(one) for name, one in told.items()}
    return told


def readable(text: str) -> str:
    """The same text with plain newlines and without control characters, NUL and lone surrogates."""
    return _UNREADABLE.sub(_replacement, _NEWLINES.sub("\n", text))


def one_line(text: str, *, most: int) -> str:
    """One line of at most `most` characters: NFC, white space run together, nothing invisible, no bidi tricks."""
    seen = "".join(character for character in readable(text[: most * 4]) if _is_visible(character))
    return unicodedata.normalize("NFC", " ".join(seen.split()))[:most].strip()


def file_name(told: str, *, most: int = 150) -> str:
    """A name without a path, hidden characters or a leading dot, its ending kept; "" if nothing is left."""
    last = _PATH.split(one_line(told, most=2000))[-1]
    name = " ".join(last.translate(_NOT_IN_NAMES).split()).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) <= most or not dot or len(ending) > 20:
        return name[:most].strip(" .")
    return stem[: most - len(ending) - 1] + dot + ending


def _replacement(found: re.Match[str]) -> str:
    return "\ufffd" if found.group() >= "\ud800" else ""


def _is_visible(character: str) -> bool:
    return character in _JOINERS or character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
