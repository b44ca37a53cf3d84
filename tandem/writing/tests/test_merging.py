"""Whatever anybody typed is in what comes out, however they take turns."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.writing.merging import merge

BASE = "Hello Ana,\n\nwe found the limit.\n\nSam"


@pytest.mark.parametrize(
    ("ours", "theirs", "one"),
    [
        (BASE.replace("the limit", "the row limit"), BASE, BASE.replace("the limit", "the row limit")),
        (BASE, BASE.replace("Sam", "Sam Okafor"), BASE.replace("Sam", "Sam Okafor")),
        (
            BASE.replace("Hello", "Good morning"),
            BASE.replace("limit.", "limit: 10,000 rows."),
            "Good morning Ana,\n\nwe found the limit: 10,000 rows.\n\nSam",
        ),
        (BASE.replace("limit", "bug"), BASE.replace("limit", "bug"), BASE.replace("limit", "bug")),
        ("", BASE + "!", "!"),
    ],
)
def test_what_only_one_changed_is_taken_from_that_one(ours, theirs, one):
    assert merge(BASE, ours, theirs).text == one


def test_where_both_wrote_both_readings_stand():
    assert merge("It is the limit.", "It is the batch.", "It is the index.") == ("It is the index batch.", True)
    assert merge("", "Hello Ana,", "Dear Ana,") == ("Dear Ana,\n\nHello Ana,", True)


def test_a_word_one_had_begun_is_not_told_twice():
    assert merge("We fou", "We found it", "We found") == ("We found it", False)


def test_long_texts_without_a_word_in_common_take_no_time():
    ours, theirs = ("\n".join(f"{who} {n}" for n in range(4000)) for who in ("ours", "theirs"))

    merged = merge("base\n" * 4000, ours, theirs)

    assert ours in merged.text
    assert theirs in merged.text


LATIN, GREEK, CYRILLIC = "abcde", "αβγδε", "абвгд"


def _grown(base: str, letters: str) -> st.SearchStrategy[str]:
    """The base with some of it cut away, and words of these letters put between."""
    pieces = st.lists(st.tuples(st.integers(0, len(base)), st.text(letters + " \n", max_size=6)), max_size=4)
    cuts = st.lists(st.tuples(st.integers(0, len(base)), st.integers(0, 5)), max_size=2)

    def grow(told: tuple[list[tuple[int, str]], list[tuple[int, int]]]) -> str:
        put, cut = told
        text = list(base)
        for start, length in cut:
            text[start : start + length] = [""] * len(text[start : start + length])
        for place, words in sorted(put, reverse=True):
            text.insert(place, words)
        return "".join(text)

    return st.tuples(pieces, cuts).map(grow)


@settings(deadline=None, max_examples=300)
@given(data=st.data(), base=st.text(LATIN + "  \n", max_size=40))
def test_no_letter_that_anybody_typed_is_lost(data, base):
    ours, theirs = data.draw(_grown(base, GREEK)), data.draw(_grown(base, CYRILLIC))

    merged = merge(base, ours, theirs).text

    for letters, text in ((GREEK, ours), (CYRILLIC, theirs)):
        assert [one for one in merged if one in letters] == [one for one in text if one in letters]
