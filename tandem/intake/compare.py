"""Whether two values mean the same, however they were typed."""

import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from tandem.intake.realms import Kind, Line, Words

# Said with each name of a browser, whichever it is.
EVERYWHERE = {"mobile", "ios", "webview", "view", "web"}
VERSION = re.compile(r"\d+(?:\.\d+)*")


def differ(told: str, measured: str, kind: Kind) -> bool:
    return not _same(_plain(told), _plain(measured), kind)


def sentence(line: Line | None, told: str, measured: str) -> str:
    """What to say of a contradiction: the sentence for this way of differing, else the line's, else one for all."""
    said = line and (_in_its_way(line, told, measured) or line.differ)
    if line and line.kind == "browser" and not said:
        said = _("They say {told}, the report came from {measured}: is it another browser where it happens?")
    pattern = said or _("They say {told}, we measured {measured}: which of the two is it?")
    return str(pattern).format(told=told, measured=measured)


def _in_its_way(line: Line, told: str, measured: str) -> Words:
    theirs, ours = (_size(value, line.kind) for value in (told, measured))
    if not theirs or not ours or theirs == ours:
        return ""
    return line.differ_less if theirs < ours else line.differ_more


def _size(value: str, kind: Kind) -> list[Decimal]:
    """What may be less or more; nothing for a text."""
    if kind == "version":
        return [Decimal(part) for part in _parts(value)]
    found = number(value) if kind == "number" else None
    return [] if found is None else [found]


def _same(one: str, other: str, kind: Kind) -> bool:
    if one == other:
        return True
    if kind == "number":
        return number(one) is not None and number(one) == number(other)
    if kind == "browser":
        return _same_browser(one, other)
    return kind == "version" and _same_version(one, other)


def _plain(value: str) -> str:
    return " ".join(value.split()).strip(" .").casefold()


def number(value: str) -> Decimal | None:
    """“10,000 rows” is 10000: a comma before three digits only separates."""
    digits = re.sub(r"(?<=\d)[,’' \u00a0\u202f](?=\d{3}\b)", "", value)
    found = re.search(r"-?\d+(?:[.,]\d+)?", digits)
    try:
        return Decimal(found[0].replace(",", ".")) if found else None
    except InvalidOperation:
        return None


def _same_browser(told: str, measured: str) -> bool:
    """“firefox” and “Mozilla Firefox 131 on Windows 10” are the same as “Firefox 131”; “Safari” and “Firefox 128” are not."""
    named = {*re.findall(r"[a-z]+", measured)} - EVERYWHERE
    versions = VERSION.findall(told)
    return named <= {*re.findall(r"[a-z]+", told)} and (
        not versions or any(_same_version(version, measured) for version in versions)
    )


def _same_version(one: str, other: str) -> bool:
    """4.3 and v4.3.2 are the same, told with less care; 4.1 and 4.3 are not."""
    ones, others = _parts(one), _parts(other)
    return bool(ones and others) and all(a == b for a, b in zip(ones, others, strict=False))


def _parts(value: str) -> list[int]:
    found = VERSION.search(value)
    return [int(part) for part in found[0].split(".")] if found else []
