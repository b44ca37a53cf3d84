"""Strangers' HTML loses everything that acts, asks or hides, and keeps its words."""

import re
from html.parser import HTMLParser
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from tandem.kit import html
from tandem.kit.html import crude_text_of, linkify, markdown, sanitize, text_of
from tandem.kit.tests.payloads import ACTS, AROUND, PIECES

EVERY = [act for acts in ACTS.values() for act in acts]
WRAPPED = [around.format(act) for around, act in product(AROUND, EVERY)]

ALLOWED = {"a": {"href", "rel"}, "img": {"alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}


class Inspector(HTMLParser):
    """A second opinion: what another parser finds."""

    def handle_starttag(self, tag, attrs):
        assert tag in html.TAGS
        assert {name for name, _value in attrs} <= ALLOWED.get(tag, set())
        for name, value in attrs:
            if name == "href":
                assert re.match(r"(?i)https?://[^/\\\s]|mailto:[^/\\\s]", value), value
            if name == "rel":
                assert value == "noopener noreferrer nofollow"

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def inspect(clean: str) -> None:
    assert isinstance(clean, Markup)
    inspector = Inspector(convert_charrefs=True)
    inspector.feed(clean)
    inspector.close()
    assert sanitize(clean) == clean


@pytest.mark.parametrize("hostile", WRAPPED)
def test_nothing_acts_asks_or_names_and_cleaning_again_changes_nothing(hostile):
    inspect(sanitize(hostile))


@given(
    st.lists(
        st.one_of(
            st.sampled_from(EVERY),
            st.sampled_from(PIECES),
            st.text(max_size=10),
        ),
        max_size=12,
    ).map("".join)
)
def test_no_mixture_acts_either(hostile):
    inspect(sanitize(hostile))


def test_honest_mail_keeps_its_words_and_its_shape():
    told = (
        "<h2>Export</h2><p>It <b>stops</b> at row <code>10,000</code>,<br>see "
        '<a href="https://northwind.example/log?a=1&amp;b=2">the log</a>.</p><ul><li>one</li><li>two</li></ul>'
        '<table><tbody><tr><td colspan="2">x</td></tr></tbody></table><blockquote>before</blockquote>'
    )

    assert sanitize(told) == told.replace('b=2"', 'b=2" rel="noopener noreferrer nofollow"')


def test_an_image_keeps_only_its_text():
    assert (
        sanitize('<img src="cid:1" alt="Row 10,000"><img src=https://evil.example/pixel>')
        == '<img alt="Row 10,000"><img>'
    )


def test_pictures_written_into_the_html_do_not_make_it_too_large():
    told = '<p>Look:</p><img alt="shot" src="data:image/png;base64,' + "A" * 5_000_000 + '"><p>There.</p>'

    assert sanitize(told) == '<p>Look:</p><img alt="shot"><p>There.</p>'


@pytest.mark.parametrize(
    "tangled",
    [
        "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">needle",
        "<div>" * 50_000 + "needle",
        "<div>" * 150 + "needle",
        "needle <p>hello</p>" * 250_000,
        "needle" + "&amp;" * 1_000_000,
        "needle" + "<" * 1_000_000,
        "needle" + "<pre>" * 19_000,
        "<script>" * 120_000 + "</script>needle",
        "needle" + "<img " * 100_000 + "src = " * 10_000,
    ],
    ids=lambda html: f"{html[:12]} {len(html)}",
)
def test_what_is_too_large_or_too_tangled_becomes_its_words(tangled):
    clean = sanitize(tangled)

    inspect(clean)
    assert "needle" in clean
    assert not re.search(r"<(?!/?pre>)", clean)


def test_text_of_html_reads_like_a_text_mail():
    told = """
      <h1>Export</h1><p>Hello <b>Sam</b>,<br>it   stops.</p>
      <ol><li>first<li>see <a href="https://northwind.example/log">the log</a></ol>
      <p><a href="https://a.example/">https://a.example</a> <a href="mailto:ana@northwind.example">ana@northwind.example</a></p>
      <pre>if x:\n    y()</pre><img src=cid:1 alt="A screenshot">
      <table><tr><td>a<td>b<tr><td>c</table>
      <blockquote>was it<blockquote>slow?</blockquote>yes</blockquote>&lt;script&gt;
    """

    assert text_of(told).split("\n") == [
        "Export", "",
        "Hello Sam,", "it stops.", "",
        "- first", "- see the log <https://northwind.example/log>", "",
        "https://a.example ana@northwind.example", "",
        "if x:", "    y()", "",
        "[A screenshot]", "",
        "a b", "c", "",
        "> was it", ">", "> > slow?", "> >", "> yes", ">",
        "<script>",
    ]  # fmt: skip


@given(st.text())
@example("a\x00b\ud800c\r\nd")
def test_text_of_anything_can_be_kept(told):
    for text in (text_of(told), crude_text_of(told)):
        assert "\x00" not in text
        text.encode()


def test_plain_text_gets_paragraphs_breaks_and_links_and_nothing_else():
    said = 'Hi <b>Sam</b> & all\nsee https://a.example/x_(1)?q=1&r=2).\n\n\n<https://b.example>, "http://c.example" javascript:x'

    rel = 'rel="noopener noreferrer nofollow"'
    assert linkify(said) == (
        "<p>Hi &lt;b&gt;Sam&lt;/b&gt; &amp; all<br>"
        f'see <a href="https://a.example/x_(1)?q=1&amp;r=2" {rel}>https://a.example/x_(1)?q=1&amp;r=2</a>).</p>'
        f'<p>&lt;<a href="https://b.example" {rel}>https://b.example</a>&gt;, '
        f'"<a href="http://c.example" {rel}>http://c.example</a>" javascript:x</p>'
    )


@given(st.text() | st.sampled_from(WRAPPED))
@example("https://x" + ")" * 50_000)
@example("\n" * 30_000 + "x")
@example("https://\u202e.example/\"'><b>")
def test_whatever_is_linked_loses_no_word(said):
    linked = linkify(said)

    inspect(linked)
    words = "".join(character for character in crude_text_of(linked) if not character.isspace())
    assert words[:100_000] == "".join(c for c in html.readable(said) if not c.isspace())[:100_000]


def test_articles_are_markdown():
    written = "# Exports\n\nUse `LIMIT`, **not** [this](https://docs.example/a).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"

    shown = markdown(written)

    assert "<h1>Exports</h1>" in shown
    assert '<a href="https://docs.example/a" rel="noopener noreferrer nofollow">this</a>' in shown
    assert "<td>1</td>" in shown


@pytest.mark.parametrize(
    "written", [*EVERY, "[x](javascript:alert(1))", "![x](/desk/)", "<https:desk>", "[x]: /desk/\n[x]"]
)
def test_html_in_markdown_is_shown_not_obeyed(written):
    inspect(markdown(written))


@pytest.mark.parametrize(
    "written", ["[" * 50_000, "> " * 5_000 + "x", "*a " * 30_000, "![[" * 16_000, "x" * 3_000_000, "`" * 90_000]
)
def test_odd_markdown_ends_in_time(written):
    inspect(markdown(written))
