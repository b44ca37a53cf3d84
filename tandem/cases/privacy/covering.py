"""Secrets in what customers write are covered before it is kept; `case.secrets` keeps them apart."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.kit import masking


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
    """The same for texts in lists and dicts; under a telling name, {"password": "hunter2!"}, the whole is a secret."""
    found = [secret for text in _texts(told) for secret in masking.find(text)]
    return _each(told, lambda text: masking.cover(text, [], known=found, sign=_sign)), found


def _texts(told: Any, name: str = "") -> Iterator[str]:
    match told:
        case str():
            yield f"{name}: {told}" if name else told
        case dict():
            for key, value in told.items():
                yield from _texts(value, str(key))
        case list():
            for value in told:
                yield from _texts(value, name)


def _each(told: Any, act: Callable[[str], str]) -> Any:
    match told:
        case str():
            return act(told)
        case dict():
            return {key: _each(value, act) for key, value in told.items()}
        case list():
            return [_each(value, act) for value in told]
    return told


def _sign(kind: str) -> str:
    return _("[{kind} hidden]").format(kind=Kind(kind).label)
