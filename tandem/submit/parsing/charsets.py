"""Bytes into text, whatever their sender says they are."""

import codecs
import re

from tandem.kit.text import readable

# Python also knows charsets that are not (punycode, unicode_escape), and some of those are slow on purpose-made bytes.
_KNOWN = re.compile(r"ascii|utf-|iso|cp\d|koi8|gb|big5|shift_?jis|euc|mac|hz|johab|tis|kz1048|ptcp154|latin")


def decoded(data: bytes, charset: str = "") -> str:
    """Readable text. A charset that is missing, unknown or wrong gives U+FFFD where bytes make no sense."""
    try:
        return readable(data.decode(_codec(charset)))
    except (LookupError, ValueError):
        return readable(_guessed(data, charset))


def _codec(charset: str) -> str:
    name = codecs.lookup(charset.strip(" '\"").partition("*")[0] or "utf-8").name
    if name == "ascii" or not _KNOWN.match(name):
        return "utf-8"
    return {"gb2312": "gb18030", "shift_jis": "cp932", "iso8859-1": "cp1252"}.get(name, name)


def _guessed(data: bytes, charset: str) -> str:
    if charset.lower() in ("", "us-ascii", "ascii", "iso-8859-1"):
        try:
            return data.decode("utf-8")
        except UnicodeError:
            return data.decode("cp1252", "replace")
    try:
        return data.decode(_codec(charset), "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")
