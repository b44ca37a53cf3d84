"""Nothing is asked twice: what is left of a list, and why nothing is."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from tandem.kit.errors import Refused


class AskedAlready(Refused):
    """All of this is asked or known already."""


class Asking(NamedTuple):
    """A question to be asked. `key` names the fact its answer will be; `anew`, though they told it or do not know it."""

    text: str
    key: str = ""
    anew: bool = False


def not_asked_yet(
    askings: Iterable[Asking],
    *,
    waiting: Collection[tuple[str, str]],
    known: Mapping[str, str],
    unknown: Collection[str],
) -> list[Asking]:
    """What is left. `waiting`: keys and texts; `known`: labels by key; `unknown`: keys. Raises `AskedAlready`."""
    texts, keys = {text.casefold() for _key, text in waiting}, {key for key, _text in waiting if key}
    fresh: list[Asking] = []
    why: list[str] = []
    for asking in askings:
        if asking.text.casefold() in texts or asking.key in keys:
            why.append(_("“{text}” waits for an answer.").format(text=asking.text))
        elif asking.key in known and not asking.anew:
            why.append(_("{label} is known.").format(label=known[asking.key]))
        elif asking.key in unknown and not asking.anew:
            why.append(_("They do not know: “{text}”").format(text=asking.text))
        else:
            fresh.append(asking)
            texts.add(asking.text.casefold())
            keys |= {asking.key} - {""}
    if why and not fresh:
        raise AskedAlready(" ".join([_("Nothing of this is to be asked."), *why]))
    return fresh
