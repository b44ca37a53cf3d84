"""A mail becomes a case, or a message on the right one."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case, Message
from tandem.submit.models import State, Submission
from tandem.submit.tests.mail import SUPPORT, mail

PROVEN = "mx.tandem.example; dmarc=pass header.from=initech.example"
ANA = "Ana Lima <ana@northwind.example>"
TRUSTED = "mx.tandem.example; dmarc=pass header.from=northwind.example"


def test_a_mail_from_somebody_new_opens_a_case(arrives):
    submission = arrives(mail(sender="Noor <noor@initech.example>", subject="Login fails", body="Since noon."))

    case = submission.case
    assert (case.title, case.reporter.email, case.reporter.name) == ("Login fails", "noor@initech.example", "Noor")
    assert submission.message.body.strip() == "Since noon."
    assert submission.state == State.LANDED
    assert case.account is None


def test_its_case_has_a_page_although_nothing_is_known_but_a_mail(arrives, sam, at_the_desk):
    number = arrives(mail(sender="noor@initech.example", subject="Login fails")).case.number

    assert "Login fails" in at_the_desk(sam).get(f"/desk/cases/{number}/").text


def test_they_hear_that_it_arrived_and_nothing_of_theirs_goes_out_again(arrives, outbox):
    arrives(mail(sender="noor@initech.example", subject="Buy pills", authentication_results=PROVEN))

    [receipt] = outbox()
    assert receipt["To"] == "noor <noor@initech.example>"
    assert receipt["Auto-Submitted"] == "auto-generated"
    assert "pills" not in receipt.as_string()


def test_one_receipt_an_hour_is_enough(arrives, outbox):
    for n in range(3):
        arrives(mail(sender="noor@initech.example", subject=f"Problem {n}", authentication_results=PROVEN))

    assert len(outbox()) == 1


def test_who_is_known_is_known_again(arrives, ana, northwind):
    assert arrives(mail(sender=ANA)).case.account == northwind


def test_a_domain_counts_only_when_it_is_proven(arrives, northwind):
    claimed = arrives(mail(sender="bob@northwind.example"))
    proven = arrives(mail(sender="joe@northwind.example", authentication_results=TRUSTED))

    assert (claimed.case.account, claimed.message.verified) == (None, False)
    assert (proven.case.account, proven.message.verified) == (northwind, True)


def test_an_answer_to_the_signed_address_joins_the_case(arrives, case, ana, reply_address):
    submission = arrives(mail(sender=ANA, subject="Re: anything at all", body="It is 4.3."), reply_address)

    assert submission.case == case
    assert (submission.message.author, submission.message.audience) == (ana, Audience.CUSTOMER)
    assert submission.message.body.strip() == "It is 4.3."


def test_it_gives_us_the_ball_back(arrives, case, reply_address):
    case.pass_ball(Ball.CUSTOMER, by=None)

    arrives(mail(sender=ANA), reply_address)

    case.refresh_from_db()
    assert case.ball == Ball.SUPPORT


@pytest.mark.parametrize(("verdict", "is_verified"), [(TRUSTED, True), (TRUSTED.replace("pass", "fail"), False)])
def test_the_author_is_verified_by_our_own_server_only(arrives, reply_address, verdict, is_verified):
    submission = arrives(mail(sender=ANA, authentication_results=verdict), reply_address)

    assert submission.message.verified is is_verified


def test_a_mail_answered_without_its_reply_address_finds_home(arrives, case, sam):
    ours = case.updates.send("Which version?", by=sam).deliveries.get()

    submission = arrives(mail(sender=ANA, in_reply_to=ours.message_id, references=f"<a@b.example> {ours.message_id}"))

    assert submission.case == case


def test_our_next_mail_answers_theirs(arrives, case, sam, reply_address, worker, outbox):
    arrives(mail(sender=ANA, message_id="<hers@northwind.example>"), reply_address)
    case.updates.send("Thank you.", by=sam)
    worker()

    assert outbox()[-1]["In-Reply-To"] == "<hers@northwind.example>"


# What is odd about some mails.


def test_a_file_without_words_is_kept(arrives, reply_address):
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ANA, SUPPORT, "Trace"
    message.add_attachment(b"row 10000", maintype="text", subtype="plain", filename="trace.txt")

    submission = arrives(message.as_bytes(), reply_address)

    assert submission.message.attachments.get().name == "trace.txt"


def test_what_cannot_be_read_waits_and_the_next_is_read(arrives):
    broken = arrives(b"From: a@b.example\r\n" + b"X: " + b"a" * 400_000 + b"\r\n\r\nHi")
    good = arrives(mail(sender="noor@initech.example"))

    assert (broken.state, good.state) == (State.QUARANTINED, State.LANDED)
    assert "headers" in broken.reason


def test_zero_bytes_and_lone_halves_are_kept_readable(arrives):
    raw = mail(sender="noor@initech.example").replace(b"10,000", b"10\x00,\xff000")

    assert arrives(raw).state == State.LANDED


def test_the_number_of_questions_is_fixed(case, ana, reply_address, django_assert_max_num_queries):
    from tandem.submit.arrival import process

    raw = mail(sender=ANA, cc=", ".join(f"p{n}@x.example" for n in range(40)), references="<x@y.example> " * 60)
    submission = Submission.objects.accept_mail(raw, sender="x@mail.example", recipients=[reply_address])

    with django_assert_max_num_queries(48):
        process(submission)
    submission.refresh_from_db()
    assert submission.case == case


@pytest.mark.parametrize("is_reply", [False, True], ids=["a new case", "an answer"])
def test_a_mail_asks_as_much_of_a_full_house_as_of_an_empty_one(case, ana, sam, worker, is_reply):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tandem.submit.arrival import process

    def asked() -> int:
        to = f"reply+{case.participants.get(user=ana).word}@reply.tandem.example" if is_reply else SUPPORT
        raw = mail(sender=ANA if is_reply else f"n{Submission.objects.count()}@initech.example")
        submission = Submission.objects.accept_mail(raw, sender="", recipients=[to])
        with CaptureQueriesContext(connection) as queries:
            process(submission)
        submission.refresh_from_db()
        assert (submission.case == case) is is_reply
        return len(queries)

    asked()
    empty = asked()
    for n in range(8):
        other = Case.objects.open_for(ana, title=f"Export {n} stops")
        other.updates.send("We look at it.", by=sam)
        case.messages.write(f"Row {n} is the last one.", by=ana, audience=Audience.CUSTOMER)
        Submission.objects.accept_mail(mail(sender=ANA, subject=f"Row {n}"), sender="", recipients=[SUPPORT])
    worker()

    assert asked() == empty


# One mail to two cases of hers.


@pytest.fixture
def second(case, ana) -> Case:
    return Case.objects.open_for(ana, title="Imports stop")


@pytest.fixture
def both(case, second, ana) -> list[str]:
    return [f"reply+{one.participants.get(user=ana).word}@reply.tandem.example" for one in (case, second)]


def notes_on(case: Case) -> list[Message]:
    return list(case.messages.filter(author=None, audience=Audience.SUPPORT))


def test_one_mail_to_two_cases_stands_on_the_first_and_is_told_on_the_second(arrives, case, second, both):
    second.pass_ball(Ball.CUSTOMER, by=None)

    submission = arrives(mail(sender=ANA, to=", ".join(both), body="Both stop."), *both)

    [note] = notes_on(second)
    assert (submission.case, notes_on(case)) == (case, [])
    assert f"/desk/cases/{case.number}/" in note.body
    assert "Both stop." not in note.body
    second.refresh_from_db()
    assert second.ball == Ball.SUPPORT


def test_come_in_two_copies_it_is_the_same(arrives, case, second, both):
    raw = mail(sender=ANA, to=", ".join(both))

    first, copy = arrives(raw, both[0]), arrives(b"X: 1\n" + raw, both[1])

    assert (first.case, copy.state, copy.repeats) == (case, State.NOTED, first.message)
    assert len(notes_on(second)) == 1


def test_come_in_copies_that_hide_each_other_it_is_the_same(arrives, case, second, both):
    raw = mail(sender=ANA)

    arrives(raw, both[0])
    arrives(raw, both[1])

    assert (case.messages.from_customer().count(), len(notes_on(second))) == (2, 1)


def test_on_cases_read_as_one_it_is_told_once(arrives, case, second, both, sam):
    case.merges.join_to(second, by=sam)

    arrives(mail(sender=ANA, to=", ".join(both)), *both)

    assert notes_on(second) == []


def test_of_two_signed_addresses_her_own_lets_her_speak(arrives, case, mallorys_case, reply_address):
    other = f"reply+{mallorys_case.participants.get().word}@reply.tandem.example"

    submission = arrives(mail(sender=ANA), other, reply_address)

    assert (submission.case, submission.message.audience) == (case, Audience.CUSTOMER)
    assert len(notes_on(mallorys_case)) == 1
