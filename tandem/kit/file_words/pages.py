"""Words of PDF and HTML, in the limited child."""

import io
import logging
from collections.abc import Iterator
from html.parser import HTMLParser

MOST_PAGES = 300
MOST_MARKUP = 2_000_000  # characters
NOT_READ = {"script", "style", "template"}


def of_pdf(data: bytes) -> Iterator[str]:
    """A page at a time; none of what is locked or broken."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.disable(logging.CRITICAL)  # it writes a line for every fault of every file
    try:
        reader = PdfReader(io.BytesIO(data))
        for number, page in enumerate(reader.pages):
            if number == MOST_PAGES:
                return
            yield page.extract_text()
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        return


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.within = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in NOT_READ and not self.within:
            self.within = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.within:
            self.within = ""

    def handle_data(self, data: str) -> None:
        if not self.within:
            self.told.append(data)


def of_html(text: str) -> Iterator[str]:
    reader = _Words()
    reader.feed(text[:MOST_MARKUP])
    reader.close()
    yield " ".join(reader.told)
