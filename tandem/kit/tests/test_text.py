"""Text from strangers can be kept, and shows what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.kit.mailbox import Mailbox, is_address
from tandem.kit.text import file_name, one_line, readable

ANYTHING = st.text(st.characters(exclude_categories=[]))


def test_readable_text_keeps_tabs_lines_and_indentation():
    assert readable("a\r\n\tb\r  c\x0bd\u2028e\x00\x07\x7f\ud800") == "a\n\tb\n  c\nd\ne\ufffd"


@given(ANYTHING)
def test_readable_text_can_be_kept(told):
    kept = readable(told)

    assert "\x00" not in kept
    kept.encode()
    assert readable(kept) == kept


def test_one_line_is_one_visible_line():
    assert one_line("  Ana\r\nBcc: x\t\u202eLima\u200b\u00ad\x85 e\u0301 ", most=100) == "Ana Bcc: x Lima é"
    assert one_line("x" * 50, most=10) == "x" * 10


def test_letters_that_need_a_joiner_keep_it():
    assert one_line("می\u200cخواهم 👩\u200d💻", most=100) == "می\u200cخواهم 👩\u200d💻"


@given(ANYTHING, st.integers(1, 50))
def test_one_line_of_one_line_is_the_same(told, most):
    line = one_line(told, most=most)

    assert len(line) <= most
    assert one_line(line, most=most) == line


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\ana\\trace.har", "trace.har"),
        ("...", ""),
        (".htaccess", "htaccess"),
        ('a<b>:"c|?*.txt', "abc.txt"),
        ("x" * 200 + ".log", "x" * 146 + ".log"),
        ("x" * 200, "x" * 150),
        ("a." + "x" * 200, "a." + "x" * 148),
    ],
)
def test_a_file_name_is_no_path_and_keeps_its_ending(told, name):
    assert file_name(told) == name


@given(ANYTHING)
def test_the_file_name_of_a_file_name_is_the_same(told):
    name = file_name(told)

    assert file_name(name) == name


@pytest.mark.parametrize(
    "address",
    ["ana@northwind.example", "ana+x.y_z@a-b.example", "änä@nördwind.example", "root@localhost", "a..b@docomo.example"],
)
def test_these_are_addresses(address):
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "@", "a@", "@b.example", "a b@c.example", "a@b@c.example", "a@b..example", "a@.example", "a@-b.example", "a@b.example.",
        "a@b.example\n", "a,b@c.example", "<a@b.example>", '"a"@b.example', "a@[127.0.0.1]", "=?utf-8?q?a?=@b.example",
        "a\x00@b.example", "a\u202e@b.example", "a" * 65 + "@b.example", "a@" + "b" * 260,
    ],
)  # fmt: skip
def test_these_are_not(address):
    assert not is_address(address)


def test_a_mailbox_knows_its_domain():
    assert Mailbox("Ana", "ana@NorthWind.example").domain == "northwind.example"
