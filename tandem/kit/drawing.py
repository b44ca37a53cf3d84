"""Templates drawn to stand inside other templates. Beside `kit.html` the only maker of markup: ours is escaped already."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language
from markupsafe import Markup


def drawn(template: str, context: dict[str, Any], request: HttpRequest) -> Markup:
    return Markup(render_to_string(template, context, request))  # noqa: S704, drawn with autoescape


class once:  # noqa: N801, templates call it like a function
    """A macro drawn once for the same words, language and time zone.

    For macros that look at nothing but their arguments, which must be hashable: what depends on the time must be told it.
    """

    def __init__(self, macro: Callable[..., Markup]) -> None:
        @lru_cache(maxsize=4096)
        def kept(reader: tuple, kinds: tuple, args: tuple, named: tuple) -> Markup:
            return macro(*args, **dict(named))

        self._kept = kept

    def __call__(self, *args: Any, **named: Any) -> Markup:
        # With their kinds: what is markup already is drawn otherwise than the same characters as text.
        kinds = (*map(type, args), *map(type, named.values()))
        return self._kept(_reader(), kinds, args, tuple(named.items()))

    def each(self, things: Iterable[Any]) -> Markup:
        """All of them, one below the other."""
        reader = _reader()
        return Markup("\n").join([self._kept(reader, (type(thing),), (thing,), ()) for thing in things])


def _reader() -> tuple:
    return get_language(), get_current_timezone()
