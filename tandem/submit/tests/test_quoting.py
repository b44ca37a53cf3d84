"""A reply is told from what it quotes; in doubt all of it is new, and always all of it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.submit.parsing.quoting import split

FRESH = "Hello Sam,\n\n    if row > 10_000:\n        stop()\n\nThanks\nAna\n\n"


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 3 Mar 2025 at 10:00, Sam Okafor <sam@tandem.example> wrote:\n\n> Did it help?\n> Sam",
        "On Mon, 3 Mar 2025 at 10:00, Sam Okafor\n<sam@tandem.example> wrote:\n> Did it help?",
        "Am 03.03.25 um 10:00 schrieb Sam Okafor:\n> Hat es geholfen?",
        "Le lun. 3 mars 2025 à 10:00, Sam Okafor <sam@tandem.example> a écrit :\n> Est-ce mieux ?",
        "From: Sam Okafor <sam@tandem.example>\nSent: Monday, 3 March 2025 10:00\nTo: Ana Lima\nSubject: Exports\n\nDid it help?",
        "________________________________\nFrom: Sam Okafor <sam@tandem.example>\nSent: Monday\nTo: Ana Lima\n\nDid it help?",
        "-----Original Message-----\nFrom: Sam Okafor\nSent: Monday\nTo: Ana\nSubject: Exports\n\nDid it help?",
        "Von: Sam Okafor <sam@tandem.example>\nGesendet: Montag, 3. März 2025 10:00\nAn: Ana Lima\nBetreff: Exporte\n\nHilft es?",
        "> Did it help?\n> Sam\n",
    ],
)
def test_the_quote_below_a_reply_is_told_from_it(quoted):
    fresh, rest = split(FRESH + quoted)

    assert fresh.strip("\n") == FRESH.strip("\n")
    assert rest.strip("\n") == quoted.strip("\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "They stop.",
        "On Monday it stopped, and I wrote:\nto you.",
        "> Did it help?\nNo.\n> And now?\nYes.",
        "On Mon, 3 Mar 2025 at 10:00, Sam <sam@tandem.example> wrote:\n> Did it help?\nNo, see:\n> And now?\nYes.",
        "See inside.\n\nOn Mon, 3 Mar 2025, Sam <sam@tandem.example> wrote:\n> Did it help?\nNo.",
        "From: Sam <sam@tandem.example>\nTo: Ana\nSubject: Exports\n\nForwarded, all of it.",
        "> only\n> a quote",
    ],
)
def test_answers_between_the_lines_and_doubtful_texts_are_all_new(text):
    assert split(text) == (text, "")


@given(
    st.lists(
        st.sampled_from(["On ", "wrote:", "\n", "> ", "From: a\n", "To: b\n", "Am ", "schrieb ", "x", " ", "-----", "Le "]) | st.text(max_size=5),
        max_size=60,
    ).map("".join)
)  # fmt: skip
def test_no_word_is_ever_lost(text):
    assert "".join(split(text)) == text


@pytest.mark.parametrize(
    "piece", ["\n", "On ", "On \n", " \n", "Am a schrieb ", "Am a schrieb \n", "From: ", ">", "> \n", "_"]
)
def test_texts_made_to_be_slow_are_split_as_any_other(piece):
    text = piece * (100_000 // len(piece))

    assert "".join(split(text)) == text
