"""Where the words stand in a text: cut into pieces that are a hit or not, which a template escapes like any text."""

from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models.functions import Left

# Characters for private use; a text that has them of its own gets a stray mark, nothing worse.
BEGIN, END = "\ue000", "\ue001"
MOST_CHARACTERS = 20_000
LAST = 40  # characters by which one knows where in its text an excerpt ends
ENDS = ' \r\n.!?:…)”"'


class Piece(NamedTuple):
    text: str
    hit: bool


def excerpt(column: str, query: SearchQuery) -> SearchHeadline:
    """The places around the hits. Reads the text again: only for rows that are shown."""
    return _headline(column, query, max_fragments=2, max_words=24, min_words=8)


def whole(column: str, query: SearchQuery) -> SearchHeadline:
    return _headline(column, query, highlight_all=True)


def _headline(column: str, query: SearchQuery, **options: Any) -> SearchHeadline:
    text = Left(column, MOST_CHARACTERS)
    return SearchHeadline(text, query, config="english", start_sel=BEGIN, stop_sel=END, **options)


def around(headline: str, text: str) -> list[Piece]:
    """The pieces of an excerpt of this text; where the text goes on, they say so."""
    found = pieces(headline)
    shown = "".join(piece.text for piece in found).rstrip(ENDS)
    return found if text.rstrip(ENDS).endswith(shown[-LAST:]) else [*found, Piece(" …", False)]


def pieces(headline: str) -> list[Piece]:
    """“the export stops”, with the hit marked → the, export, stops as pieces in their order."""
    before, *marked = headline.split(BEGIN)
    found = [Piece(before, False)]
    for part in marked:
        hit, _end, after = part.partition(END)
        found += [Piece(hit, True), Piece(after, False)]
    return [Piece(text.replace(END, ""), hit) for text, hit in found if text.replace(END, "")]
