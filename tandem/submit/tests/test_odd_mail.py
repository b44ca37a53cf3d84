"""Whatever is wrong with a mail, something readable comes of it, and nothing escapes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.submit.parsing import Parsed, Unparseable, parse, read
from tandem.submit.tests.odd_mails import ODD

PIECES = [
    b"\r\n", b"\n\n", b"\r", b"\0", b"--B", b"--", b"=?utf-8?q?", b"?=", b'"', b";", b"(", b"<", b"=", b"*0*=", b"''", b"\xff\xfe",
    b"Content-Type: multipart/mixed; boundary=B\r\n", b"Content-Type: message/delivery-status\r\n", b"charset=", b"boundary=",
    b"Content-Transfer-Encoding: base64\r\n", b"From: ", b"References: <", b"Date: ", b"Content-Disposition: attachment; filename",
]  # fmt: skip


def check(mail: Parsed) -> None:
    """It can be kept: PostgreSQL takes no NUL and no lone surrogates. It can travel. Nothing of the text is lost."""
    told = json.dumps(mail.as_json(), ensure_ascii=False)
    assert "\\u0000" not in told
    assert Parsed.from_json(json.loads(told.encode())) == mail
    assert mail.fresh + mail.quoted == mail.text
    assert [attachment.size for attachment in mail.attachments] == [len(a.content) for a in mail.attachments]


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD.keys())
def test_every_odd_mail_is_read(raw):
    check(parse(raw))


@pytest.mark.parametrize(
    "name",
    [
        "only a body", "no newline at its end", "old Mac newlines", "a mailbox line first", "a quoted mailbox line",
        "space before the colon", "a charset in pieces", "an encoded charset", "half a type", "too much of a type",
        "an unknown encoding", "multipart never closed", "multipart in base64", "multipart with a boundary never seen",
        "multipart without a boundary", "a part without headers", "an inner boundary that begins alike",
        "a charset that is no charset", "winmail.dat", "a signed mail", "html only", "alternatives of everything",
    ],
)  # fmt: skip
def test_the_words_are_found(name):
    assert "They stop." in parse(ODD[name]).text


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(raw):
    check(parse(raw))


@given(st.data())
def test_any_mutation_of_an_odd_mail_is_read(data):
    raw = data.draw(st.sampled_from(list(ODD.values())))
    for _ in range(data.draw(st.integers(1, 6))):
        begin = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), begin + data.draw(st.integers(0, 40)))
        piece = data.draw(st.sampled_from(PIECES) | st.binary(max_size=8) | st.sampled_from(list(ODD.values())))
        raw = raw[:begin] + piece + raw[end:]

    check(parse(raw))


def test_a_mistake_of_ours_is_a_refusal_too(monkeypatch):
    monkeypatch.setattr("tandem.submit.parsing.reading.structure", lambda raw: {}["a mistake"])

    with pytest.raises(Unparseable, match="broken in a way we do not know yet"):
        parse(b"")


def test_the_child_reads_as_we_do():
    for raw in ODD.values():
        assert read(raw) == parse(raw)
