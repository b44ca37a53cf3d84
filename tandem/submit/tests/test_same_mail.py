"""A mail is known again by what it says: copies of it are one message, and others with its Message-ID are others."""

from email.message import EmailMessage

import pytest

from tandem.cases.models import Case
from tandem.submit.models import State, Submission
from tandem.submit.tests.mail import SUPPORT, mail

ANA = "Ana Lima <ana@northwind.example>"
HELP = "help@tandem.example"
DATED = "Mon, 3 Mar 2025 10:00:00 +0000"


@pytest.fixture
def arrives(worker, settings):
    settings.MAIL_ADDRESSES = [HELP]

    def arrive(raw: bytes, *recipients: str) -> Submission:
        submission = Submission.objects.accept_mail(raw, sender="", recipients=recipients or [SUPPORT])
        worker()
        submission.refresh_from_db()
        return submission

    return arrive


def test_one_mail_to_two_of_our_addresses_is_one_message(arrives):
    raw = mail(sender=ANA, to=f"{SUPPORT}, {HELP}")

    first, second = arrives(raw, SUPPORT), arrives(b"Delivered-To: " + HELP.encode() + b"\n" + raw, HELP)

    assert (first.state, second.state, second.reason) == (State.LANDED, State.NOTED, "The same mail landed before.")
    assert Case.objects.get().messages.from_customer().count() == 1


def test_another_mail_with_the_same_message_id_is_kept_and_shown(arrives):
    first = arrives(mail(sender=ANA, message_id="<1@x.example>", body="They stop."))
    second = arrives(mail(sender=ANA, message_id="<1@x.example>", body="Now the imports, too."))

    assert (first.state, second.state) == (State.LANDED, State.LANDED)
    assert second.message.body.strip() == "Now the imports, too."


def test_another_file_is_another_mail(arrives):
    def with_file(content: bytes) -> bytes:
        message = EmailMessage()
        message["From"], message["To"], message["Message-ID"] = ANA, SUPPORT, "<1@x.example>"
        message.set_content("See the file.")
        message.add_attachment(content, maintype="application", subtype="x-log", filename="run.log")
        return message.as_bytes()

    assert [arrives(with_file(content)).state for content in (b"1", b"2")] == [State.LANDED, State.LANDED]


def test_mails_without_a_message_id_land_one_by_one(arrives):
    bare = f"From: {ANA}\nTo: {SUPPORT}\nSubject: Exports stop\nDate: {DATED}\n\n"

    states = [arrives((bare + body).encode()).state for body in ("They stop.", "They stop again.")]

    assert states == [State.LANDED, State.LANDED]


def test_a_copy_without_a_message_id_is_known_by_its_date_and_words(arrives):
    bare = f"From: {ANA}\nTo: {SUPPORT}\nSubject: Exports stop\nDate: {DATED}\n\nThey stop.".encode()

    assert [arrives(bare, SUPPORT).state, arrives(bare, HELP).state] == [State.LANDED, State.NOTED]


def test_where_nothing_tells_them_apart_both_are_kept(arrives):
    bare = f"From: {ANA}\nTo: {SUPPORT}\n\nDisk full.".encode()

    assert [arrives(bare, SUPPORT).state, arrives(bare, HELP).state] == [State.LANDED, State.LANDED]


def test_somebody_elses_mail_with_her_message_id_is_theirs(arrives):
    raw = mail(sender=ANA, message_id="<1@x.example>")
    copied = raw.replace(b"ana@northwind.example", b"mallory@globex.example")

    assert arrives(raw).case != arrives(copied).case


def test_a_mail_to_oneself_with_us_in_copy_is_one_case(arrives):
    arrives(mail(sender=ANA, to=ANA, cc=SUPPORT))

    case = Case.objects.get()
    assert case.participants.count() == 1
    assert not case.proposals.exists()
