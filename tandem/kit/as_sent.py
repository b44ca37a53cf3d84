"""HTML mail as it was sent, as far as that is safe: its shape, its links, its pictures. What it looked like is for us to say.

Cleaned when it is shown, never when it comes, so that a cleaner that learned something cleans old mail, too. Hostile
bytes are read in a limited child only: `told` asks it, `tell` runs there.
"""

import json
import re
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import nh3
from markupsafe import Markup

from tandem.kit import html, limited
from tandem.kit.text import gettext_noop

VERSION = 1
"""Raise it when anything here or in `kit.html` changes what is left of a mail: all are then cleaned anew."""

TOO_TANGLED = gettext_noop("It is laid out in a way that cannot be shown safely. Its words stand in the conversation.")
PICTURE = "picture/{}"
_OURS = re.compile(r"picture/\d{1,3}\Z")
_ELSEWHERE = re.compile(r"https?://[^\s/\\@]+[/?]", re.IGNORECASE)
_LENGTH = re.compile(r"\d{1,4}\Z", re.ASCII)


class AsSent(NamedTuple):
    quiet: str
    """Without pictures that lie elsewhere: to show it tells nobody anything."""
    whole: str
    """With them; "" if there are none."""
    flaw: str
    """Why it cannot be shown, as a sentence; "" if it can."""


def told(source: str, *, pictures: dict[str, int], our_hosts: list[str]) -> AsSent:
    """What is left of it. `pictures` says which picture of the message (`picture/7`) a Content-ID means.

    Nothing it holds leads to `our_hosts`: a picture from there would be a request in the reader's name.
    Raises `limited.Hindered`.
    """
    asked = {"source": source, "pictures": pictures, "our_hosts": our_hosts}
    try:
        quiet, whole = limited.run(f"{__name__}:tell", json.dumps(asked).encode())
    except limited.Stopped:
        return AsSent("", "", TOO_TANGLED)
    return AsSent(quiet, whole, "")


def tell(asked: bytes) -> tuple[str, str]:
    """For the child: `quiet` and `whole`."""
    told = json.loads(asked)
    quiet = clean(told["source"], pictures=told["pictures"])
    whole = clean(told["source"], pictures=told["pictures"], but_not_from=told["our_hosts"])
    return quiet, "" if whole == quiet else whole


def clean(source: str, *, pictures: dict[str, int], but_not_from: list[str] | None = None) -> str:
    """The last thing done to it. With `but_not_from`, pictures from elsewhere stay, from all hosts but these."""
    judge = partial(_attribute, pictures=pictures, but_not_from=but_not_from)
    return html.sanitize(source, clean=_cleaner(judge).clean)


def as_markup(cleaned: str) -> Markup:
    """What `clean` left, once it was kept."""
    return Markup(cleaned)  # noqa: S704


def _attribute(
    tag: str, name: str, value: str, *, pictures: dict[str, int], but_not_from: list[str] | None
) -> str | None:
    if tag != "img" or name == "alt":
        return html.attribute(tag, name, value)
    match name:
        case "src":
            return _source(value.strip(), pictures, but_not_from)
        case "width" | "height":
            return value if _LENGTH.match(value) else None
    return None


def _source(address: str, pictures: dict[str, int], but_not_from: list[str] | None) -> str | None:
    if address[:4].lower() == "cid:":
        nth = pictures.get(unquote(address[4:]).strip("<>"))
        return PICTURE.format(nth) if nth is not None else None
    if _OURS.match(address):
        return address
    if but_not_from is None or not _ELSEWHERE.match(address) or _host(address) in {None, *but_not_from}:
        return None
    return html.as_value(address)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _cleaner(judge: Any) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=html.TAGS,
        clean_content_tags=html.DROPPED_WITH_CONTENT,
        attributes=html.ATTRIBUTES | {"img": {"alt", "src", "width", "height"}},
        attribute_filter=judge,
        url_schemes={"http", "https", "mailto", "cid"},
        url_relative="pass_through",  # each is judged above; only the pictures we name are relative
        link_rel=html.REL,
        strip_comments=True,
    )
