"""Clean HTML as lines of plain text. Only for what `kit.html` has cleaned: there every "<" begins a tag."""

import re
from html import unescape

# fmt: off
BLOCKS = {
    "blockquote", "br", "caption", "div", "dd", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "table", "tr", "ul",
}
SPACED = {"blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"}
# fmt: on

_TOKEN = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>|([^<]+)")
_VALUE = re.compile(r'(?:href|alt)="([^"]*)"')
_SPACES = re.compile(r"[ \t\n]+")


def plain_of(html: str) -> str:
    """Its words, with "- " before list items, "> " before quotes, and addresses after the links that hide them."""
    page = _Page()
    for closing, tag, attributes, words in _TOKEN.findall(html):
        if words:
            page.say(unescape(words))
        elif closing:
            page.leave(tag)
        else:
            page.enter(tag, _value(attributes))
    return page.text()


def _value(attributes: str) -> str:
    found = _VALUE.search(attributes)
    return unescape(found[1]) if found else ""


class _Page:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = self.pres = 0
        self.address, self.link_begins_at = "", 0

    def enter(self, tag: str, value: str) -> None:
        if tag in BLOCKS:
            self._end_line(spaced=tag in SPACED)
        self.quotes += tag == "blockquote"
        self.pres += tag == "pre"
        if tag == "li":
            self.line.append("- ")
        elif tag == "img" and value:
            self.line.append(f"[{value}]")
        elif tag == "a":
            self.address, self.link_begins_at = value, len(self.line)

    def leave(self, tag: str) -> None:
        if tag in BLOCKS:
            self._end_line(spaced=tag in SPACED)
        elif tag in ("td", "th"):
            self.line.append(" ")
        elif tag == "a":
            self._show_address()
        self.quotes -= tag == "blockquote"
        self.pres -= tag == "pre"

    def say(self, words: str) -> None:
        if not self.pres:
            self.line.append(_SPACES.sub(" ", words))
            return
        *whole, last = words.split("\n")
        for line in whole:
            self.line.append(line)
            self._end_line(keep_empty=True)
        self.line.append(last)

    def text(self) -> str:
        self._end_line()
        return "\n".join(self.lines).strip("\n")

    def _show_address(self) -> None:
        shown = "".join(self.line[self.link_begins_at :])
        if self.address and self.address.removeprefix("mailto:").rstrip("/") not in shown:
            self.line.append(f" <{self.address}>")

    def _end_line(self, *, spaced: bool = False, keep_empty: bool = False) -> None:
        said = "".join(self.line)
        words = said.rstrip() if self.pres else _SPACES.sub(" ", said).strip()
        self.line = []
        mark = "> " * self.quotes
        if words or keep_empty:
            self.lines.append(mark + words)
        if spaced and self.lines and self.lines[-1].strip("> "):
            self.lines.append(mark.rstrip())
