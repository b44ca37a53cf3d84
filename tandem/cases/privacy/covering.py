"""Secrets in what customers write are covered before it is kept; `case.secrets` keeps them apart."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.kit import masking

SHORTEST_AGAIN = 8  # what is shorter stands in many words that mean no harm


class Kind(models.TextChoices):
    PASSWORD = "password", gettext_lazy("password")
    TOKEN = "token", gettext_lazy("access token")
    KEY = "key", gettext_lazy("private key")
    COOKIE = "cookie", gettext_lazy("cookie")
    FILE = "file", gettext_lazy("file")


def covered(text: str) -> tuple[str, list[masking.Secret]]:
    """The text as it may be read, and what was hidden in it."""
    told, _html, found = covered_together({"": text})
    return told[""], found


def covered_together(texts: Mapping[str, str], *, html: str = "") -> tuple[dict[str, str], str, list[masking.Secret]]:
    """The same for several: what is a secret in one of them is hidden in all, or the HTML is given up as a whole."""
    found = {name: masking.find(text) for name, text in texts.items()}
    known = [*masking.find_in_html(html), *(secret for secrets in found.values() for secret in secrets)]
    told = {name: masking.cover(text, found[name], known=known, sign=_sign) for name, text in texts.items()}
    return told, masking.cover_html(html, known, sign=_sign), known


def covered_within(told: Any) -> tuple[Any, list[masking.Secret]]:
    """The same for texts in lists and dicts; under a telling name, {"password": "hunter2"}, the whole is a secret."""
    found = [secret for name, value in _leaves(told) for secret in _secrets_of(name, value)]
    again = [secret for secret in found if len(secret.value) >= SHORTEST_AGAIN or masking.is_likely(secret.value)]
    return _each(told, lambda name, value: _without(name, value, again)), found


def _leaves(told: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    match told:
        case dict():
            for key, value in told.items():
                yield from _leaves(value, str(key))
        case list():
            for value in told:
                yield from _leaves(value, name)
        case str() | int() | float():
            yield name, told


def _secrets_of(name: str, value: Any) -> list[masking.Secret]:
    text = str(value)
    if _is_whole(name, text):
        return [masking.Secret(Kind.PASSWORD.value, text.strip(), 0)]
    return masking.find(f"{name}: {text}" if name else text) if isinstance(value, str) else []


def _without(name: str, value: Any, again: list[masking.Secret]) -> Any:
    if _is_whole(name, str(value)):
        return _sign(Kind.PASSWORD)
    return masking.cover(value, [], known=again, sign=_sign) if isinstance(value, str) else value


def _is_whole(name: str, value: str) -> bool:
    """What is covered already is nothing to cover."""
    return masking.is_whole(name, value) and value.strip() not in map(_sign, Kind)


def _each(told: Any, act: Callable[[str, Any], Any], name: str = "") -> Any:
    match told:
        case dict():
            return {key: _each(value, act, str(key)) for key, value in told.items()}
        case list():
            return [_each(value, act, name) for value in told]
        case str() | int() | float():
            return act(name, told)
    return told


def _sign(kind: str) -> str:
    return _("[{kind} hidden]").format(kind=Kind(kind).label)
