"""How much of a mail we read. What no honest mail needs is refused before, or while, the parser meets it.

Not with `email.policy.default`: that one parses each header into trees, which takes minutes and gigabytes for some
small mails (python/cpython#136063). `compat32` keeps headers as text, and the decoding after it is ours and bounded.
"""

import re
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from typing import Any

from tandem.kit.text import gettext_noop
from tandem.submit.parsing.shapes import Unparseable

MB = 1024 * 1024
MOST_BYTES = 46 * MB
MOST_LINES = 1_000_000
MOST_HEADER_BYTES = 256 * 1024
LONGEST_HEADER = 64 * 1024
LONGEST_CONTENT_HEADER = 8 * 1024
MOST_HEADERS = 5_000
MOST_PARTS = 500
MOST_NESTED = 30
MOST_RECIPIENTS = 500

# What the library raises, here and there, over parameters in odd charsets or pieces (RFC 2231).
ODD_PARAMETERS = (AttributeError, LookupError, TypeError, ValueError)

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")


class Part(Message):
    """A part of a mail, within limits. A mail inside a mail stays bytes: it is an attachment, not a part."""

    _payload: str | list["Part"] | None

    def __init__(self, policy: "_Watch") -> None:
        super().__init__(policy)
        policy.seen.another_part()

    @property
    def claimed_type(self) -> str:
        return super().get_content_type()

    @property
    def parts(self) -> list["Part"]:
        """The parts it is made of; none for one that holds bytes."""
        return self._payload if isinstance(self._payload, list) else []

    @property
    def source(self) -> bytes:
        """The bytes between the headers and the next part, as they came."""
        # Not get_payload(): that one guesses at charsets, and fails for some.
        return self._payload.encode("ascii", "surrogateescape") if isinstance(self._payload, str) else b""

    def get_boundary(self, failobj: Any = None) -> Any:
        try:
            return super().get_boundary(failobj)
        except ODD_PARAMETERS:
            return failobj

    def get_content_type(self) -> str:
        kind = self.claimed_type
        return "application/octet-stream" if kind.startswith("message/") else kind


def structure(raw: bytes) -> Part:
    """The parts of a mail, nothing decoded. Raises `Unparseable`."""
    if len(raw) > MOST_BYTES:
        raise Unparseable(gettext_noop("The mail is larger than 46 MB."))
    if max(raw.count(b"\n"), raw.count(b"\r")) > MOST_LINES:
        raise Unparseable(gettext_noop("The mail has more than a million lines."))
    if not _END_OF_HEADERS.search(raw, 0, MOST_HEADER_BYTES) and len(raw) > MOST_HEADER_BYTES:
        raise Unparseable(gettext_noop("The headers of the mail are larger than 256 kB."))
    watch = _Watch(seen=_Seen())  # type: ignore[call-arg]
    return BytesParser(Part, policy=watch).parsebytes(raw)  # type: ignore[arg-type, return-value]


def head_of(raw: bytes) -> Part:
    """The headers alone, as far as honest ones go. Raises `Unparseable`."""
    watch = _Watch(seen=_Seen())  # type: ignore[call-arg]
    return BytesHeaderParser(Part, policy=watch).parsebytes(raw[:LONGEST_HEADER])  # type: ignore[arg-type, return-value]


class _Seen:
    def __init__(self) -> None:
        self.parts = self.headers = self.nested = 0

    def another_part(self) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise Unparseable(gettext_noop("The mail has more than 500 parts."))

    def another_header(self, name: str, lines: list[str]) -> None:
        self.headers += 1
        if self.headers > MOST_HEADERS:
            raise Unparseable(gettext_noop("The mail has more than 5,000 headers."))
        about_content = name.lower().startswith("content-")
        if sum(map(len, lines)) > (LONGEST_CONTENT_HEADER if about_content else LONGEST_HEADER):
            raise Unparseable(gettext_noop("One header of the mail is longer than any honest one."))
        self.nested += name.lower() == "content-type" and "multipart/" in lines[0].lower()
        if self.nested > MOST_NESTED:
            raise Unparseable(gettext_noop("The mail has parts within parts more than 30 times."))


class _Watch(Compat32):
    """Asked by the parser about each header of each part, before it makes anything of it."""

    seen = _Seen()

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        self.seen.another_header(sourcelines[0].partition(":")[0], sourcelines)
        return super().header_source_parse(sourcelines)

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value
