"""What the files of a mail hold is said in a sentence or taken out, and each stays as it came."""

import base64

import pytest

from tandem.submit import telling
from tandem.submit.parsing import Inside, parse, read
from tandem.submit.tests.winmail import ATTACHMENT, DATA, piece, winmail

HEAD = "From: ana@northwind.example\nTo: support@tandem.example\nSubject: Exports stop\n"
TEXT = "Content-Type: text/plain\n\nThey stop.\n"
INVITATION = """\
BEGIN:VCALENDAR
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:1
SUMMARY:Look at the export together
DTSTART:20250303T100000Z
ORGANIZER;CN=Ana Lima:mailto:ana@northwind.example
LOCATION:Room 4
END:VEVENT
END:VCALENDAR
"""


def mail(*parts: str, kind: str = "mixed") -> bytes:
    body = "".join(f"--B\n{part}\n" for part in parts)
    return f"{HEAD}Content-Type: multipart/{kind}; boundary=B\n\n{body}--B--\n".encode()


def file(kind: str, name: str, content: bytes) -> str:
    encoded = base64.encodebytes(content).decode()
    return f"Content-Type: {kind}; name={name}\nContent-Transfer-Encoding: base64\n\n{encoded}"


def names(raw: bytes) -> list[str]:
    return [attachment.name for attachment in read(raw).attachments]


def said(raw: bytes) -> list[str]:
    return [telling.of_file(inside) for inside in read(raw).inside]


# winmail.dat


def test_what_outlook_wrapped_up_is_taken_out_and_the_wrapping_kept():
    packed = winmail(("trace.har", b"{}"), ("../evil.exe", b"MZ"))

    read_mail = read(mail(TEXT, file("application/ms-tnef", "winmail.dat", packed)))

    assert [attachment.name for attachment in read_mail.attachments] == ["winmail.dat", "trace.har", "evil.exe"]
    assert [attachment.content for attachment in read_mail.attachments] == [packed, b"{}", b"MZ"]
    assert read_mail.text.strip() == "They stop."


def test_it_is_known_by_its_name_too():
    packed = file("application/octet-stream", "WINMAIL.DAT", winmail(("trace.har", b"{}")))

    assert names(mail(TEXT, packed)) == ["WINMAIL.DAT", "trace.har"]


def test_its_words_are_read_where_the_mail_has_none():
    packed = winmail(body="They stop, says \x96 Outlook.".replace("\x96", "–"))

    assert read(mail(file("application/ms-tnef", "winmail.dat", packed))).text == "They stop, says – Outlook."
    assert read(mail(TEXT, file("application/ms-tnef", "winmail.dat", packed))).text.strip() == "They stop."


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\x78\x9f\x3e\x22",
        b"PK\3\4" + b"x" * 50,
        winmail(("a", b"x" * 100))[:-60],
        winmail(("a", b"x"))[:20] + b"\xff" * 200,
        winmail() + piece(ATTACHMENT, DATA, b"an attachment before any began"),
        b"\x78\x9f\x3e\x22\1\0" + piece(1, (0x8004, 1), b"") * 200_000,
    ],
    ids=["empty", "a signature", "a zip", "cut short", "garbage", "out of order", "200,000 pieces"],
)
def test_what_cannot_be_unpacked_stays_as_it_came(packed):
    raw = mail(TEXT, file("application/ms-tnef", "winmail.dat", packed))

    assert "They stop." in read(raw).text
    assert names(raw)[0] == "winmail.dat"
    assert all("attached as it came" in sentence for sentence in said(raw))


# Invitations


@pytest.mark.parametrize("kind", ["mixed", "alternative"])
def test_an_invitation_is_told_in_a_sentence_and_kept(kind):
    raw = mail(TEXT, f"Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\n{INVITATION}", kind=kind)

    assert said(raw) == ["Invitation: Look at the export together, 3 March 2025 10:00 UTC, by Ana Lima, at Room 4."]
    assert names(raw) == ["attachment-1.ics"]


@pytest.mark.parametrize(
    ("method", "begins"), [("CANCEL", "Called off: "), ("REPLY", "Answer to an invitation: "), ("X", "Invitation: ")]
)
def test_it_is_said_what_is_wanted(method, begins):
    calendar = INVITATION.replace("REQUEST", method)

    assert said(mail(f"Content-Type: text/calendar\n\n{calendar}"))[0].startswith(begins)


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("DTSTART;TZID=Europe/Berlin:20250303T100000", "3 March 2025 09:00 UTC"),
        ("DTSTART;VALUE=DATE:20250303", "3 March 2025"),
        ("DTSTART:20250303T100000", "3 March 2025 10:00"),
        ("X-NOTHING:1", "at no time told"),
    ],
)
def test_its_time_is_told_in_our_zone(line, at, settings):
    settings.TIME_ZONE = "UTC"
    calendar = INVITATION.replace("DTSTART:20250303T100000Z", line)

    assert f", {at}, " in said(mail(f"Content-Type: text/calendar\n\n{calendar}"))[0]


@pytest.mark.parametrize(
    "calendar",
    ["", "BEGIN:VCALENDAR", "BEGIN:VEVENT\n" * 4_000, INVITATION.replace("END:VEVENT\n", ""), "x" * 300_000],
    ids=["empty", "begun", "begun 4,000 times", "never ended", "long"],
)
def test_a_broken_calendar_spoils_nothing(calendar):
    raw = mail(TEXT, f"Content-Type: text/calendar\n\n{calendar}")

    assert "They stop." in read(raw).text
    assert len(names(raw)) == 1


# Mails within, seals


def test_a_forwarded_mail_is_told_in_a_sentence_and_kept():
    inner = "From: Max Berger <max@northwind.example>\nSubject: =?utf-8?q?R=C3=BCckfrage?=\nDate: Mon, 3 Mar 2025 10:00:00 +0000\n\nx"
    raw = mail(TEXT, f"Content-Type: message/rfc822\n\n{inner}")

    assert said(raw) == [
        "Forwarded mail: “Rückfrage”, from Max Berger <max@northwind.example>, Mon, 3 Mar 2025 10:00:00 +0000."
    ]
    assert names(raw) == ["Rückfrage.eml"]


def test_a_mail_within_a_mail_within_a_mail_is_one_file():
    inner = "Subject: last\n\nx"
    for depth in range(200):
        inner = f"Subject: {depth}\nContent-Type: message/rfc822\n\n{inner}"

    assert names(mail(TEXT, f"Content-Type: message/rfc822\n\n{inner}")) == ["199.eml"]


def test_a_mail_within_with_a_head_too_large_stays_closed():
    raw = mail(TEXT, "Content-Type: message/rfc822\n\n" + "X:\n" * 6_000)

    assert said(raw) == ["attachment-1.eml could not be opened. It is attached as it came."]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (mail(TEXT, "Content-Type: application/pgp-signature\n\n-----BEGIN", kind="signed; micalg=x"), "signed"),
        (mail(TEXT, "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nx"), "signed"),
        (f"{HEAD}Content-Type: application/pkcs7-mime; name=smime.p7m\n\nx".encode(), "sealed"),
        (mail("Content-Type: application/pgp-encrypted\n\nVersion: 1", kind="encrypted"), "encrypted"),
        (f"{HEAD}\n-----BEGIN PGP MESSAGE-----\n\nx".encode(), "encrypted"),
    ],
)
def test_a_seal_is_said_and_never_believed(raw, kind):
    assert Inside(kind) in parse(raw).inside
    assert not any("valid" in sentence for sentence in said(raw))


@pytest.mark.parametrize("name", ["photo.heic", "card.vcf", "disk.img"])
def test_any_other_file_is_a_file(name):
    raw = mail(TEXT, file("application/octet-stream", name, b"\0\1"))

    assert (names(raw), said(raw)) == ([name], [])
