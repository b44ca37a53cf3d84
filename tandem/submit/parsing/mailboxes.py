"""Names and addresses in From, To and their like. Programs read odd ones differently, which liars use: we mark those."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tandem.kit.mailbox import Mailbox, is_address
from tandem.kit.text import one_line
from tandem.submit.parsing import headers

_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*)(?P<closed>"?)'
    r"|<(?P<angle>[^<>]*)>"
    r"|(?P<atom>=\?[^?\s]+\?[bBqQ]\?[^?]*\?=|[^\s\"<>(),:;]+)"
    r"|(?P<special>[\"<>(),:;])"
)
_ESCAPED = re.compile(r"\\(.)")


class Reading(NamedTuple):
    mailboxes: list[Mailbox]
    is_plain: bool
    """No groups, no leftovers, nothing that two programs could read in two ways."""


def read(value: str) -> Reading:
    """The mailboxes of a header value in which nothing is decoded yet."""
    mailboxes, is_plain = [], True
    for entry in _entries(value):
        mailbox = entry.mailbox()
        is_plain &= not entry.odd and (mailbox is not None or entry.is_empty)
        mailboxes += [mailbox] if mailbox else []
    return Reading(mailboxes, is_plain)


class _Entry:
    def __init__(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angles: list[str] = []
        self.odd = False
        self.has_quotes = False
        self.loose_addresses: set[str] = set()

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.comments or self.angles)

    def add(self, kind: str, text: str) -> None:
        self.odd |= bool(self.angles)  # nothing but a comment may follow the address
        if kind == "angle":
            self.angles.append(text.strip())
        else:
            self.has_quotes |= kind == "quoted"
            if kind == "atom" and is_address(text):
                self.loose_addresses.add(text.lower())
            self.words.append(_ESCAPED.sub(r"\1", text) if kind == "quoted" else text)

    def mailbox(self) -> Mailbox | None:
        if self.angles:
            address, name = self.angles[0], " ".join(self.words)
            self.odd |= bool(self.loose_addresses - {address.lower()})
        elif len(self.words) == 1 and not self.has_quotes:
            address, name = self.words[0], " ".join(self.comments)
        else:
            return None
        if not is_address(address):
            return None
        local, _at, domain = address.rpartition("@")
        return Mailbox(one_line(headers.text(name), most=200), f"{local}@{domain.lower()}")


def _entries(value: str) -> Iterator[_Entry]:
    entry, depth = _Entry(), 0
    for token in _TOKEN.finditer(value):
        kind = "quoted" if token["quoted"] is not None else str(token.lastgroup)
        text = token[kind]
        entry.odd |= kind == "quoted" and not token["closed"]
        if text == "(" and kind == "special":
            depth += 1
        elif text == ")" and kind == "special" and depth:
            depth -= 1
        elif depth:
            entry.odd |= kind in ("quoted", "angle") or "\\" in text
            entry.comments.append(text)
        elif kind != "special":
            entry.add(kind, text)
        elif text == ",":
            yield entry
            entry = _Entry()
        elif text == ":":
            entry = _Entry()  # what came before was the name of a group
            entry.odd = True
        elif text == ";":
            entry.odd = True
            yield entry
            entry = _Entry()
        else:
            entry.odd = True
    entry.odd |= depth > 0
    yield entry
