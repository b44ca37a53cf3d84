"""What is read from a mail: who, to whom, about what, in which thread, in which words, with which files."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tandem.kit.mailbox import Mailbox
from tandem.submit.parsing import DeliveryReport, Unparseable, parse

ANA = Mailbox("Ana Lima", "ana@northwind.example")


def mail(headers: str = "", body: str = "They stop.", *, sender: str = "Ana Lima <ana@northwind.example>") -> bytes:
    return f"From: {sender}\nTo: support@tandem.example\n{headers.strip()}\n\n{body}".replace("\n\n\n", "\n\n").encode()


def multipart(kind: str, *parts: str) -> bytes:
    return mail(f"Content-Type: multipart/{kind}; boundary=B", "".join(f"--B\n{part}\n" for part in parts) + "--B--")


def plain(text: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\n\n{text}"


def html(text: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\n\n{text}"


def file(name: str, content_type: str = "image/png", *more: str) -> str:
    headers = [f"Content-Type: {content_type}", f'Content-Disposition: attachment; filename="{name}"', *more]
    return "\n".join([*headers, "Content-Transfer-Encoding: base64", "", "iVBORw0KGgo="])


# Who


@pytest.mark.parametrize(
    ("told", "sender"),
    [
        ("Ana Lima <ana@northwind.example>", ANA),
        ('"Lima, Ana" <ana@northwind.example>', ("Lima, Ana", "ana@northwind.example")),
        ('"Ana \\"the\\" Lima" <ana@northwind.example>', ('Ana "the" Lima', "ana@northwind.example")),
        ("=?utf-8?q?Ana_Lim=C3=A1?= <Ana@NorthWind.example>", ("Ana Limá", "Ana@northwind.example")),
        ("=?utf-8?q?Lima,_Ana?= <ana@northwind.example>", ("Lima, Ana", "ana@northwind.example")),
        ("ana@northwind.example", ("", "ana@northwind.example")),
        ("ana@northwind.example (Ana Lima)", ANA),
        ("ana@northwind.example <ana@northwind.example>", ("ana@northwind.example", "ana@northwind.example")),
        ("<ana@northwind.example> (in Lisbon (or not))", ("", "ana@northwind.example")),
        ("Ana\u202e Lima\u200b <ana@northwind.example>", ANA),
        ("Ana\n Lima\n <ana@northwind.example>", ANA),
    ],
)
def test_one_sender_is_who_wrote(told, sender):
    read = parse(mail(sender=told))

    assert read.sender == Mailbox(*sender)
    assert read.sender_flaw == ""


SEVERAL = "It names more than one sender."
UNCLEAR = "Its sender is written so that programs read it differently."


@pytest.mark.parametrize(
    ("told", "flaw"),
    [
        ("", "It names no sender."),
        ("ana@northwind.example, mallory@globex.example", SEVERAL),
        ("Ana <ana@northwind.example>\nFrom: Mallory <mallory@globex.example>", SEVERAL),
        ("friends: ana@northwind.example, mallory@globex.example;", SEVERAL),
        ("friends: ana@northwind.example;", UNCLEAR),
        ("ana@northwind.example <mallory@globex.example>, x", UNCLEAR),
        ("<ana@northwind.example> <mallory@globex.example>", UNCLEAR),
        ("<ana@northwind.example> mallory@globex.example", UNCLEAR),
        ("ana@northwind.example <mallory@globex.example>", UNCLEAR),
        ("ana@northwind.example>, <mallory@globex.example>", SEVERAL),
        ("ana@northwind.example)mallory@globex.example", UNCLEAR),
        ("ana@northwind.example(x)@globex.example", UNCLEAR),
        ('"ana@northwind.example', UNCLEAR),
        ('"ana"@northwind.example', UNCLEAR),
        ("<@globex.example:ana@northwind.example>", UNCLEAR),
        ("=?utf-8?q?ana=40northwind.example=3E?=@globex.example", UNCLEAR),
        ("ana@northwind.example\0@globex.example", UNCLEAR),
        ("Ana", UNCLEAR),
        ("<>", UNCLEAR),
        ("ana@northwind..example", UNCLEAR),
        ("ana@[127.0.0.1]", UNCLEAR),
    ],
)
def test_anything_but_one_plain_sender_is_marked(told, flaw):
    assert parse(mail(sender=told)).sender_flaw == flaw


def test_recipients_and_reply_addresses_are_read():
    read = parse(
        mail(
            'Cc: "Help, Desk" <help@tandem.example>, team: Erin <erin@tandem.example>, max@tandem.example;, broken, \n'
            "Reply-To: exports@northwind.example\n"
            "Delivered-To: reply+abc@reply.tandem.example\n"
            "X-Original-To: no address"
        )
    )

    assert read.to == [Mailbox("", "support@tandem.example")]
    assert [mailbox.address for mailbox in read.cc] == [
        "help@tandem.example",
        "erin@tandem.example",
        "max@tandem.example",
    ]
    assert read.reply_to == [Mailbox("", "exports@northwind.example")]
    assert read.delivered_to == ["reply+abc@reply.tandem.example"]


# About what, in which thread, when


@pytest.mark.parametrize(
    ("told", "subject"),
    [
        ("Exports stop", "Exports stop"),
        ("=?iso-8859-1?q?Export_h=E4ngt?=", "Export hängt"),
        ("=?utf-8?b?w6nDqQ==?=\n =?utf-8?b?w6k=?=", "ééé"),
        ("=?utf-8?q?=C3?= =?UTF-8?q?=A9?=", "é"),
        ("Re: =?utf-8?q?a?= b =?utf-8?q?c?=", "Re: a b c"),
        ("=?x-unknown?q?=E9a?=", "\ufffda"),
        ("=?utf-8?q?a=0D=0ABcc:_x=00?=", "a Bcc: x"),
        ("a\u202eb\u2066c\x01d", "abcd"),
        ("=?utf-8?q?not a word", "=?utf-8?q?not a word"),
        ("x" * 5000, "x" * 1000),
    ],
)
def test_the_subject_is_one_readable_line(told, subject):
    assert parse(mail(f"Subject: {told}")).subject == subject


def test_ids_keep_their_brackets_and_their_order():
    known = " ".join(f"<{n}@northwind.example>" for n in range(150))

    read = parse(mail(f"Message-ID: <a@b> (x)\nIn-Reply-To: Your mail <c@d> <e@f>\nReferences: {known} <no id> x@y"))

    assert (read.message_id, read.in_reply_to) == ("<a@b>", "<c@d>")
    assert read.references == [f"<{n}@northwind.example>" for n in range(50, 150)]


@pytest.mark.parametrize(
    ("told", "date"),
    [
        ("Mon, 3 Mar 2025 10:00:00 +0100", datetime(2025, 3, 3, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("3 Mar 2025 10:00", datetime(2025, 3, 3, 10, tzinfo=UTC)),
        ("Mon, 3 Mar 2025 10:00:00 -0000 (UTC)", datetime(2025, 3, 3, 10, tzinfo=UTC)),
        ("Thu, 1 Jan 1970 00:00:00 +0000", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("Mon, 3 Mar 2025 99:00:00 +0000", None),
        ("Mon, 3 Mar 2025 10:00:00 +999999", None),
        ("tomorrow", None),
    ],
)
def test_a_date_is_sane_or_none_and_kept_as_told(told, date):
    read = parse(mail(f"Date: {told}"))

    assert read.date == date
    assert read.date_told == told


# In which words


def test_text_is_preferred_and_html_is_kept_as_it_came():
    read = parse(
        multipart("alternative", plain("They stop."), html("<p onclick=x>They <b>stop</b>.<script>x</script>"))
    )

    assert read.text == "They stop."
    assert read.html == "<p onclick=x>They <b>stop</b>.<script>x</script>"
    assert read.attachments == []


def test_html_alone_gives_the_text():
    assert parse(mail("Content-Type: text/html", "<p>They<br>stop.</p>")).text == "They\nstop."


def test_a_blank_text_beside_html_is_no_text():
    assert parse(multipart("alternative", plain(" \n"), html("<p>They stop.</p>"))).text == "They stop."


def test_no_stretch_of_a_mixed_mail_is_lost_in_either_form():
    read = parse(multipart("mixed", plain("They <stop>."), file("a.png"), html("<p>Since <b>noon</b>.</p>")))

    assert read.text == "They <stop>.\n\nSince noon."
    assert read.html == "<pre>They &lt;stop&gt;.</pre>\n<p>Since <b>noon</b>.</p>"
    assert [attachment.name for attachment in read.attachments] == ["a.png"]


def test_an_alternative_may_hold_files():
    rich = "Content-Type: multipart/mixed; boundary=C\n\n--C\n" + "\n--C\n".join(
        [html("<p>a"), file("b.pdf"), html("<p>c")]
    )

    read = parse(multipart("alternative", plain("a c"), rich + "\n--C--"))

    assert (read.text, read.html) == ("a c", "<p>a\n<p>c")
    assert [attachment.name for attachment in read.attachments] == ["b.pdf"]


def test_a_long_message_is_cut_and_says_so():
    read = parse(mail("", "x" * 1_500_000))

    assert len(read.text) == 1_000_000
    assert read.notes == ["The message is longer than we show; the original has the rest."]


def test_read_plainly_its_markup_is_not_looked_at():
    read = parse(mail("Content-Type: text/html", "<p>They <b>stop</b>.</p>"), plainly=True)

    assert read.text.split() == ["They", "stop", "."]
    assert read.notes == ["The message is laid out in a way that cannot be shown; these are its words."]


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [
        ("utf-8", "é".encode()),
        ("", "é".encode()),
        ("", "é".encode("cp1252")),
        ("us-ascii", "é".encode()),
        ("iso-8859-1", "é".encode("latin-1")),
        ("windows-1252", "é".encode("cp1252")),
        ('"UTF-8"', "é".encode()),
        ("utf-16", "é".encode("utf-16")),
        ("gb2312", "é".encode("gb18030")),
        ("x-unknown", "é".encode()),
    ],
)
def test_bytes_become_the_letters_they_were(charset, encoded):
    kind = f"text/plain; charset={charset}" if charset else "text/plain"

    assert parse(f"From: ana@northwind.example\nContent-Type: {kind}\n\n".encode() + encoded).text == "é"


# With which files


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\Users\\\\ana\\\\trace.har", "trace.har"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\u200bb\u0000.txt", "ab.txt"),
        ("..", "attachment-1.png"),
        ("", "attachment-1.png"),
        ("cafe\u0301.png", "café.png"),
        ("x" * 400 + ".log", "x" * 146 + ".log"),
        ("=?utf-8?q?=C3=9Cbersicht=2Epng?=", "Übersicht.png"),
    ],
)
def test_a_file_has_a_name_that_hides_nothing(told, name):
    (attachment,) = parse(multipart("mixed", file(told))).attachments

    assert attachment.name == name
    assert attachment.content == b"\x89PNG\r\n\x1a\n"
    assert (attachment.size, attachment.claimed_type) == (8, "image/png")


def test_a_picture_in_the_text_is_marked_inline():
    inline = "Content-Type: image/png\nContent-ID: <shot@northwind>\nContent-Disposition: inline\n\nx"

    shot, other = parse(multipart("related", html("<img src=cid:shot@northwind>"), inline, file("b.png"))).attachments

    assert (shot.content_id, shot.is_inline) == ("shot@northwind", True)
    assert not other.is_inline


def test_a_mail_within_is_one_file_byte_for_byte():
    inner = "From: x@y.example\nContent-Type: multipart/mixed; boundary=C\n\n--C\n\nInner.\n--C--"

    read = parse(multipart("mixed", plain("See below."), f"Content-Type: message/rfc822\n\n{inner}"))

    assert read.text == "See below."
    assert [(attachment.name, attachment.content) for attachment in read.attachments] == [
        ("attachment-1.eml", inner.encode())
    ]


@pytest.mark.parametrize(
    "kind", ["text/calendar", "application/ms-tnef", "application/pkcs7-mime", "text/csv", "text/x-log"]
)
def test_what_we_do_not_read_stays_a_file(kind):
    read = parse(multipart("alternative", plain("They stop."), f"Content-Type: {kind}\n\nx"))

    assert read.text == "They stop."
    assert [attachment.claimed_type for attachment in read.attachments] == [kind]


# By whom, really


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; x=y (no)",
        "Return-Path: <>",
        "Precedence: bulk",
        "Precedence: LIST",
        "List-Id: Exports <exports.northwind.example>",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "X-Autoreply: yes",
        "Content-Type: multipart/report; boundary=B",
    ],
)
def test_a_mail_by_a_program_is_known(header):
    assert parse(mail(header)).automatic


@pytest.mark.parametrize(
    "local", ["MAILER-DAEMON", "no-reply", "noreply+x", "owner-exports", "exports-request", "list-bounces"]
)
def test_a_program_is_known_by_its_address(local):
    assert parse(mail(sender=f"{local}@northwind.example")).automatic


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Auto-Submitted: no",
        "Precedence: first-class",
        "X-Auto-Response-Suppress: None",
        "Return-Path: <a@b.example>",
    ],
)
def test_a_person_is_no_program(header):
    assert parse(mail(header)).automatic is None


def test_a_bounce_says_which_mail_did_not_reach_whom_and_why():
    status = (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; ana@northwind.example\nAction: Failed\nStatus: 5.1.1 (no such user)\n"
        "Diagnostic-Code: smtp; 550 5.1.1\n unknown\n\n"
        "Original-Recipient: rfc822;<max@northwind.example>\nAction: delayed\nStatus: 4.4.1\n"
    )
    returned = "Content-Type: text/rfc822-headers\n\nSubject: x\nMessage-ID:\n <u1@reply.tandem.example>\n"

    read = parse(multipart("report; report-type=delivery-status", plain("Sorry."), status, returned))

    ours = "<u1@reply.tandem.example>"
    assert read.delivery_reports == [
        DeliveryReport("ana@northwind.example", "failed", "5.1.1", "smtp; 550 5.1.1 unknown", ours),
        DeliveryReport("max@northwind.example", "delayed", "4.4.1", "", ours),
    ]
    assert read.automatic == "It reports what became of another mail."


def test_more_recipients_than_any_honest_mail_has_are_refused():
    with pytest.raises(Unparseable, match="more than 500 recipients"):
        parse(mail("Cc: " + ", ".join(f"p{n}@northwind.example" for n in range(501))))
