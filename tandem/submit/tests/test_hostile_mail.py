"""Mails made to cost minutes and gigabytes are refused, or read without their tangle, and the next one is read as ever.

The child may take 5 seconds of computing and 512 MB: what is asserted here is that a limit of ours, which says what is
wrong, comes first.
"""

from base64 import encodebytes

import pytest

from tandem.kit import limited
from tandem.submit.parsing import Unparseable, read

HEAD = b"From: ana@northwind.example\r\nTo: support@tandem.example\r\n"
HONEST = HEAD + b"Subject: Exports stop\r\n\r\nThey stop."


def nested(depth: int) -> bytes:
    levels = (
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(depth)
    )
    return HEAD + b"".join(levels) + b"\r\nThey stop."


def page(html: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html\r\n\r\n" + html


def with_file(size: int) -> bytes:
    parts = [
        b"Content-Type: text/plain\r\n\r\nThey stop.",
        b"Content-Type: application/zip; name=dump.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    ]
    together = b"".join(b"--B\r\n" + part for part in [parts[0] + b"\r\n", parts[1]])
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n"
        + together
        + encodebytes(b"\xa5" * size)
        + b"--B--\r\n"
    )


TOO_LONG_HEADERS = "The headers of the mail are larger than 256 kB."
TOO_LONG_HEADER = "One header of the mail is longer than any honest one."
REFUSED = {
    "a subject of 0.9 MB": (lambda: HEAD + b"Subject: " + b"a " * 450_000 + b"\r\n\r\nx", TOO_LONG_HEADERS),
    "a subject folded 40,000 times": (lambda: HEAD + b"Subject: " + b"a\r\n " * 40_000 + b"\r\n\r\nx", TOO_LONG_HEADER),
    "10,000 recipients": (lambda: HEAD + b"Cc: " + b"p@northwind.example, " * 10_000 + b"\r\n\r\nx", TOO_LONG_HEADER),
    "1,000 recipients": (lambda: HEAD + b"Cc: " + b"p@northwind.example, " * 1_000 + b"\r\n\r\nx", "The mail names more than 500 recipients."),
    "20,000 references": (lambda: HEAD + b"References: " + b"<1@northwind.example> " * 20_000 + b"\r\n\r\nx", TOO_LONG_HEADERS),
    "50,000 encoded words": (lambda: HEAD + b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\r\n\r\nx", TOO_LONG_HEADERS),
    "60,000 headers": (lambda: HEAD + b"X:\r\n" * 60_000 + b"\r\nx", "The mail has more than 5,000 headers."),
    "100,000 parts": (lambda: HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + b"--B\r\n\r\nx\r\n" * 100_000, "The mail has more than 500 parts."),
    "a depth of 5,000": (lambda: nested(5000), "The mail has parts within parts more than 30 times."),
    "30 million lines": (lambda: HEAD + b"\r\n" + b"\n" * 30_000_000, "The mail has more than a million lines."),
    "8 million headers of a part": (lambda: HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n" + b"X:\n" * 8_000_000, "The mail has more than a million lines."),
    "a parameter of quotes": (lambda: HEAD + b'Content-Type: text/plain; x="' + b';\\"' * 4000 + b"\r\n\r\nx", TOO_LONG_HEADER),
    "54 MB": (lambda: with_file(40_000_000), "The mail is larger than 46 MB."),
}  # fmt: skip

READ = {
    "a depth of 29": lambda: nested(29),
    "2,000 references": lambda: HEAD + b"References: " + b"<1@northwind.example> " * 2_000 + b"\r\n\r\nThey stop.",
    "4,000 encoded words": lambda: HEAD + b"Subject: " + b"=?utf-8?q?a?= " * 4_000 + b"\r\n\r\nThey stop.",
    "10,000 half words": lambda: HEAD + b"Subject: " + b"=?u?q?" * 10_000 + b"\r\n\r\nThey stop.",
    "a sender of parentheses": lambda: HEAD.replace(b"ana@", b"(" * 60_000 + b" ana@") + b"\r\nThey stop.",
    "a sender of quotes": lambda: HEAD.replace(b"ana@", b'"\\' * 30_000 + b" ana@") + b"\r\nThey stop.",
    "a parameter in pieces": lambda: HEAD + b"Content-Type: text/plain" + b"; x*%d=a" * 700 % tuple(range(700)) + b"\r\n\r\nThey stop.",
    "300,000 blocks of a report": lambda: HEAD + b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\n\r\nThey stop.\r\n--B\r\n"
    b"Content-Type: message/delivery-status\r\n\r\n" + b"Final-Recipient: rfc822;a@b.example\r\n\r\n" * 300_000,
    "26 MB of file": lambda: with_file(26_000_000),
    "30 MB on one line": lambda: HEAD + b"\r\nThey stop." + b"x" * 30_000_000,
    "30 MB quoted-printable": lambda: HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nThey stop." + b"=41" * 10_000_000,
    "100,000 attributes": lambda: page(b"They stop.<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">"),
    "50,000 boxes in boxes": lambda: page(b"<div>" * 50_000 + b"They stop."),
    "9,000 styles never ended": lambda: page(b"They stop." + b"".join(b"<b x=%d><p>" % n for n in range(9_000))),
    "5 MB of paragraphs": lambda: page(b"<p>They stop. <b>x</b></p>" * 200_000),
    "10,000 empty lines": lambda: HEAD + b"\r\nThey stop." + b"\n" * 10_000 + b"x",
    "30,000 times On": lambda: HEAD + b"\r\nThey stop." + b"On " * 30_000,
}  # fmt: skip


@pytest.mark.parametrize(("made", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_and_says_why_and_the_next_mail_is_read(made, reason):
    with pytest.raises(Unparseable) as refusal:
        read(made())

    assert refusal.value.sentence == reason
    assert read(HONEST).text == "They stop."


@pytest.mark.parametrize("made", READ.values(), ids=READ.keys())
def test_its_words_are_read_and_the_next_mail_too(made):
    assert "They stop." in read(made()).text
    assert read(HONEST).text == "They stop."


def test_a_file_arrives_whole():
    (file,) = read(with_file(26_000_000)).attachments

    assert file.content == b"\xa5" * 26_000_000


def test_a_mail_no_child_survives_is_refused(monkeypatch):
    def stop(function: str, raw: bytes) -> None:
        raise limited.LimitExceeded("It took longer than it may, so it was stopped.")

    monkeypatch.setattr(limited, "run", stop)

    with pytest.raises(Unparseable, match="took longer than it may"):
        read(HONEST)
