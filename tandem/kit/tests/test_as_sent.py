"""HTML mail keeps its shape, its links and its pictures when it is shown, and loses all that acts, asks or hides."""

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.kit import as_sent, html
from tandem.kit.tests.payloads import ACTS, AROUND, PIECES

PICTURES = {"shot@northwind": 1, "logo": 2}
OURS = ["help.example.org"]
ALLOWED = {
    "a": {"href", "rel"},
    "img": {"alt", "src", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}


def quiet(source: str) -> str:
    return as_sent.clean(source, pictures=PICTURES)


def whole(source: str) -> str:
    return as_sent.clean(source, pictures=PICTURES, but_not_from=OURS)


class Inspector(HTMLParser):
    """A second opinion: what another parser finds."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        assert tag in html.TAGS
        assert {name for name, _value in attrs} <= ALLOWED.get(tag, set())
        for name, value in attrs:
            if name == "href":
                assert re.match(r"(?i)https?://[^/\\\s]|mailto:[^/\\\s]", value), value
            if name == "src":
                self.pictures.append(value)

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


HOSTILE = [around.format(act) for around in AROUND for acts in ACTS.values() for act in acts]
anything = st.lists(
    st.one_of(
        st.sampled_from([act for acts in ACTS.values() for act in acts]),
        st.sampled_from([*PIECES, "<img src=cid:logo>", "<img src='https://else.example/x.png' width=9 height=99999>"]),
        st.text(max_size=10),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_acts_asks_or_names_and_cleaning_again_changes_nothing(hostile):
    for clean in (quiet, whole):
        left = clean(hostile)
        Inspector(left)
        assert clean(left) == left


@settings(max_examples=150, deadline=None)
@given(anything)
def test_no_mixture_acts_either(hostile):
    for clean in (quiet, whole):
        left = clean(hostile)
        assert clean(left) == left
        for address in Inspector(left).pictures:
            assert re.fullmatch(r"picture/\d{1,3}", address) or (clean is whole and "else.example" in address), address


@settings(max_examples=100, deadline=None)
@given(anything)
def test_quiet_is_never_more_than_whole(hostile):
    """What is held back until it is asked for is pictures, and nothing else."""
    without = re.compile(r' (src|width|height)="[^"]*"')

    assert without.sub("", quiet(hostile)) == without.sub("", whole(hostile))


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ('<img src="cid:shot@northwind" alt="A screenshot">', '<img src="picture/1" alt="A screenshot">'),
        ("<img src=CID:shot%40northwind>", '<img src="picture/1">'),
        ('<img src="cid:<logo>" width="40" height="1e9">', '<img src="picture/2" width="40">'),
        ('<img src="cid:unknown" alt="Gone">', '<img alt="Gone">'),
        ('<img src="picture/1">', '<img src="picture/1">'),
    ],
)
def test_a_picture_that_came_along_is_shown(source, left):
    assert quiet(source) == whole(source) == left


def test_a_picture_that_lies_elsewhere_is_shown_only_when_asked_for():
    source = '<img src="https://else.example/pixel.gif?who=ana" alt="" width="1">'

    assert Inspector(quiet(source)).pictures == []
    assert Inspector(whole(source)).pictures == ["https://else.example/pixel.gif?who=ana"]


@pytest.mark.parametrize(
    "address",
    [
        "https://help.example.org/sign-out/",
        "https://HELP.example.org:8443/",
        "https://x@help.example.org/",
        "https://else.example\\@help.example.org/",
        "https:/help.example.org/x",
        "https:help.example.org",
        "//help.example.org/x",
        "/sign-out/",
        "../../sign-out/",
        "picture/../../sign-out/",
        "picture/1/../../x",
        "picture/1?x",
        "picture/1234",
        "picture/１",
        "?pictures=yes",
        "",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "blob:https://help.example.org/1",
        "javascript:alert(1)",
        "https://[bad/x",
        "https:\t//help.example.org/x",
        "ht\ntps://help.example.org/x",
    ],
)
def test_no_picture_is_a_request_to_us(address):
    left = whole(f'<img src="{html.escape(address)}">')

    assert "src" not in left or "//" not in address


def test_a_child_cleans_it_and_says_both():
    told = as_sent.told(
        '<p style="color:red">See <img src="cid:logo"><img src="https://else.example/x.png"></p>',
        pictures=PICTURES,
        our_hosts=OURS,
    )

    assert told.quiet == '<p>See <img src="picture/2"><img></p>'
    assert told.whole == '<p>See <img src="picture/2"><img src="https://else.example/x.png"></p>'
    assert told.flaw == ""


def test_without_pictures_from_elsewhere_there_is_nothing_to_ask_for():
    assert as_sent.told("<p>See.</p>", pictures={}, our_hosts=OURS) == ("<p>See.</p>", "", "")


@pytest.mark.parametrize(
    "bomb",
    [
        "<p " + " ".join(f"a{n}=x" for n in range(100_000)) + ">x",
        "<div>" * 50_000 + "x",
        "<p>word</p>" * 90_000,
        "<table>" * 20_000 + "x",
        "<b><i>" * 9_000 + "x",
    ],
    ids=["attributes", "depth", "length", "tables", "formatting"],
)
def test_a_bomb_ends_as_words_or_as_a_sentence(bomb):
    told = as_sent.told(bomb, pictures={}, our_hosts=OURS)

    assert told.flaw or told.quiet.startswith("<pre>")


def test_what_travels_to_the_child_is_plain():
    assert as_sent.tell(json.dumps({"source": "\ud800<p>x", "pictures": {}, "our_hosts": []}).encode())[0]
