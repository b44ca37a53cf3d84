"""What leaves the house says exactly what it was asked to say, to exactly whom it was asked to."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tandem.communicate.composing import Enclosure, Unmailable, compose

AT = datetime(2025, 3, 3, 10, 0, tzinfo=UTC)
HOSTILE = st.text(
    st.one_of(st.sampled_from('\r\n\0,;:<>@"\\()=?_ \u202e\u2028'), st.characters(exclude_categories=["Cs"])),
    max_size=120,
)


def mail(**changes) -> bytes:
    told = {
        "sender": ("Tandem", "help@tandem.example"),
        "to": [("Ana Lima", "ana@northwind.example")],
        "subject": "Re: Nightly export stops (41)",
        "text": "Hello Ana,\n\nwe found it: https://status.tandem.example/1",
        "message_id": "<u1@reply.tandem.example>",
        "at": AT,
    }
    return compose(**told | changes)


def received(raw: bytes) -> EmailMessage:
    """As a parser that is not ours reads it."""
    return message_from_bytes(raw, policy=policy.default)


def text_of(sent: EmailMessage, kind: str = "plain") -> str:
    return sent.get_body((kind,)).get_content().replace("\r\n", "\n")


def test_it_is_seven_bit_and_no_line_is_too_long():
    raw = mail(subject="Ü" * 300, to=[("Ä" * 100, "ana@northwind.example")], text="ö" * 5000 + "\n" + "x" * 5000)

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_it_says_the_same_as_text_and_as_html():
    sent = received(mail(text="Hello Ana,\n\n    SELECT 1;\n\n<b>see</b> https://status.tandem.example/1"))

    assert text_of(sent) == "Hello Ana,\n\n    SELECT 1;\n\n<b>see</b> https://status.tandem.example/1"
    assert "<p>    SELECT 1;</p><p>&lt;b&gt;see&lt;/b&gt; <a href=" in text_of(sent, "html")


@pytest.mark.parametrize("text", ["From Ana\n.\n..\n>From", " \tleading", "trailing  \n\nlines", "=3D =?utf-8?q?x?="])
def test_its_text_arrives_as_written(text):
    assert text_of(received(mail(text=text))) == text


def test_it_answers_the_last_mail_of_the_thread_and_names_the_last_twenty():
    known = [f"<{n}@northwind.example>" for n in range(30)]

    sent = received(mail(references=[*known[:-1], "no id", "<in\njected>", known[-1]]))

    assert sent["message-id"] == "<u1@reply.tandem.example>"
    assert sent["in-reply-to"] == "<29@northwind.example>"
    assert sent["references"].split() == known[-20:]


def test_answers_come_to_the_reply_address():
    sent = received(mail(reply_to="reply+abc234@reply.tandem.example"))

    assert sent["reply-to"] == "reply+abc234@reply.tandem.example"


def test_an_automatic_mail_says_so():
    assert "auto-submitted" not in received(mail())
    assert received(mail(automatic=True))["auto-submitted"] == "auto-generated"


def test_a_mail_to_many_names_its_list():
    assert b"\r\nList-Id: <updates.status.tandem.example>\r\n" in mail(list_id="updates.status.tandem.example")


def test_a_page_to_stop_it_takes_one_click():
    sent = received(mail(unsubscribe="https://status.tandem.example/stop/1-abc/"))

    assert sent["list-unsubscribe"] == "<https://status.tandem.example/stop/1-abc/>"
    assert sent["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    with pytest.raises(ValueError, match="not what this header may say"):
        mail(unsubscribe="https://status.tandem.example/>\r\nBcc: x@evil.example")


def test_each_attempt_sends_the_same_bytes():
    files = [Enclosure("trace.txt", "text/plain", b"x")]

    assert mail(attachments=files) == mail(attachments=files)


def test_files_go_along_unchanged():
    everything = bytes(range(256)) * 500
    files = [
        Enclosure("Übersicht 1.png", "image/png", everything),
        Enclosure("../../etc/passwd\r\nBcc: x@evil.example", "message/rfc822", b"Subject: not a mail"),
    ]

    first, second = received(mail(attachments=files)).iter_attachments()

    assert (first.get_filename(), first.get_content_type(), first.get_content()) == (
        "Übersicht 1.png",
        "image/png",
        everything,
    )
    assert (second.get_filename(), second.get_content_type()) == (
        "passwd Bcc x@evil.example",
        "application/octet-stream",
    )
    assert second.get_content() == b"Subject: not a mail"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "@northwind.example",
        "ana@northwind.example, mallory@globex.example",
        "ana@northwind.example\r\nBcc: mallory@globex.example",
        "ana@northwind.example>\n<mallory@globex.example",
        "=?utf-8?q?mallory=40globex.example=3E?=@northwind.example",
        '"ana lima"@northwind.example',
        "änä@northwind.example",
        "ana@" + "ä" * 64 + ".example",
    ],
)
def test_it_refuses_what_is_no_address(address):
    with pytest.raises(Unmailable, match="not an address"):
        mail(to=[("Ana", address)])
    with pytest.raises(Unmailable):
        mail(sender=("Ana", address))


def test_a_domain_of_other_letters_is_written_in_ascii():
    assert b"<ana@xn--nrdwind-90a.example>" in mail(to=[("Ana", "ana@nördwind.example")])


@pytest.mark.parametrize("message_id", ["", "u1", "<a b>", "<a@b>\r\nBcc: x@evil.example", "<a@b> <c@d>"])
def test_a_message_id_that_is_none_is_a_mistake_of_ours(message_id):
    with pytest.raises(ValueError, match="not what this header may say"):
        mail(message_id=message_id)


@settings(deadline=None)
@given(name=HOSTILE, subject=HOSTILE, text=HOSTILE, file=HOSTILE)
@example(name="Ana\r\nBcc: x@evil.example", subject="a\nTo: x@evil.example", text="\r\n.\r\n", file="a\r\n\r\nb")
@example(name="Lima, Ana <x@evil.example>", subject="=?utf-8?q?=0ABcc:_x@evil.example?=", text="", file='";x="')
@example(name="=?utf-8?q?=0D=0ABcc=3A_x=40evil.example?=", subject="\x85a", text="--=_", file="a.b")
@example(name='"; x@evil.example', subject="x" * 300, text="\ud7ff", file="=?utf-8?q?a?=")
@example(name="Ana (Mallory) \\", subject=": :", text="-- \n", file="a" * 300 + ".log")
def test_nothing_in_it_becomes_a_header_or_a_recipient(name, subject, text, file):
    raw = mail(
        sender=(name, "help@tandem.example"),
        to=[(name, "ana@northwind.example"), (file, "bo@northwind.example")],
        cc=[(subject, "cy@northwind.example")],
        unsubscribe="https://status.tandem.example/stop/1-abc/",
        subject=subject,
        text=text,
        attachments=[Enclosure(file, "text/plain", b"x")],
    )

    sent = received(raw)
    headers = ["Content-Type", "MIME-Version", "From", "To", "Cc", "Subject", "Date", "Message-ID"]
    assert sorted(sent.keys()) == sorted([*headers, "List-Unsubscribe", "List-Unsubscribe-Post"])
    assert [address.addr_spec for address in sent["to"].addresses] == ["ana@northwind.example", "bo@northwind.example"]
    assert [address.addr_spec for address in sent["cc"].addresses] == ["cy@northwind.example"]
    assert [address.addr_spec for address in sent["from"].addresses] == ["help@tandem.example"]
    assert len(list(sent.iter_attachments())) == 1
