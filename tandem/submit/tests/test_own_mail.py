"""What we write, we read as it was meant."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from tandem.communicate.composing import Enclosure, compose
from tandem.kit.mailbox import Mailbox
from tandem.kit.text import file_name, one_line, readable
from tandem.submit.parsing import parse

AT = datetime(2025, 3, 3, 10, 0, tzinfo=UTC)
ANYTHING = st.text(
    st.one_of(st.sampled_from('\r\n\0,;:<>@"\\()=?_ \u202e\u2028'), st.characters(exclude_categories=["Cs"])),
    max_size=120,
)


@given(name=ANYTHING, subject=ANYTHING, text=ANYTHING, file=ANYTHING)
@example(name="Lima, Ana <x@evil.example>", subject="=?utf-8?q?=0ABcc:_x@evil.example?=", text="--=_", file='";x="')
@example(name="=?utf-8?q?=0D=0ABcc=3A_x=40evil.example?=", subject="\x85a", text="\r\n.\r\n", file="a\r\n\r\nb")
def test_a_mail_of_ours_is_read_as_it_was_written(name, subject, text, file):
    read = parse(
        compose(
            sender=(name, "help@tandem.example"),
            to=[(name, "ana@northwind.example")],
            reply_to="reply+abc234@reply.tandem.example",
            subject=subject,
            text=text,
            message_id="<u2@reply.tandem.example>",
            references=["<a@northwind.example>", "<u1@reply.tandem.example>"],
            automatic=True,
            attachments=[Enclosure(file, "text/plain", b"x")],
            at=AT,
        )
    )

    shown = one_line(name, most=100)
    assert (read.sender, read.sender_flaw) == (Mailbox(shown, "help@tandem.example"), "")
    assert read.to == [Mailbox(shown, "ana@northwind.example")]
    assert read.cc == []
    assert read.reply_to == [Mailbox("", "reply+abc234@reply.tandem.example")]
    assert read.subject == one_line(subject, most=300)
    assert (read.message_id, read.in_reply_to) == ("<u2@reply.tandem.example>", "<u1@reply.tandem.example>")
    assert read.references == ["<a@northwind.example>", "<u1@reply.tandem.example>"]
    assert read.automatic == "It says that it was sent automatically."
    assert read.date == AT
    assert read.text.strip() == readable(text).strip() or not text.strip()
    assert [(found.name, found.content) for found in read.attachments] == [(file_name(file) or "file", b"x")]
