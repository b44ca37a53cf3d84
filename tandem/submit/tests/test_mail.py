"""A mail becomes a case, or a message on the right one."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case, Message
from tandem.communicate.models import State as DeliveryState
from tandem.customers.models import Contact
from tandem.submit.models import State, Submission
from tandem.submit.tests.mail import SUPPORT, bounce, complaint, mail

PROVEN = "mx.tandem.example; dmarc=pass header.from=initech.example"
ANA = "Ana Lima <ana@northwind.example>"
TRUSTED = "mx.tandem.example; dmarc=pass header.from=northwind.example"


@pytest.fixture
def arrives(worker):
    """Hand in these bytes for these recipients, and let the workers work."""

    def arrive(raw: bytes, *recipients: str) -> Submission:
        submission = Submission.objects.accept_mail(
            raw, sender="x@mail.example", recipients=recipients or [SUPPORT], checked_by="mx.tandem.example"
        )
        worker()
        submission.refresh_from_db()
        return submission

    return arrive


@pytest.fixture
def reply_address(case, ana) -> str:
    return f"reply+{case.participants.get(user=ana).word}@reply.tandem.example"


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


# Spoofing: nothing but a secret joins a case, and a secret alone speaks for nobody.


def test_a_number_in_the_subject_joins_nothing(arrives, case):
    submission = arrives(mail(sender="mallory@globex.example", subject=f"Re: {case.title} ({case.number})"))

    assert submission.case != case
    assert case.messages.count() == 1


def test_a_stranger_who_copies_our_message_id_joins_nothing(arrives, case, sam):
    ours = case.updates.send("Which version?", by=sam).deliveries.get()

    submission = arrives(mail(sender="mallory@globex.example", in_reply_to=ours.message_id, references=ours.message_id))

    assert submission.case != case


def test_one_changed_character_in_the_word_joins_nothing(arrives, case, reply_address):
    word, _at, domain = reply_address.rpartition("@")
    forged = f"{word[:-1]}{'a' if word[-1] != 'a' else 'b'}@{domain}"

    assert arrives(mail(sender=ANA), forged).case != case


def test_the_right_word_in_other_hands_is_for_us_to_see_and_nobodys_word(arrives, case, ana, reply_address, outbox):
    submission = arrives(mail(sender="Bob <bob@elsewhere.example>", body="I am Ana, close it."), reply_address)

    message = submission.message
    assert message.case == case
    assert (message.author, message.audience, message.verified) == (None, Audience.SUPPORT, False)
    assert "bob@elsewhere.example" in message.body
    assert message not in Message.objects.visible_to(ana)
    assert outbox() == []
    assert not Contact.objects.filter(user__email="bob@elsewhere.example").exists()
    assert not case.events.filter(verb="message.received", facts__message=message.pk).exists()


@pytest.fixture
def aside(arrives, reply_address):
    def come(**headers: str) -> Submission:
        return arrives(mail(sender="Bob <bob@elsewhere.example>", **headers), reply_address)

    return come


def test_what_is_set_aside_takes_the_ball(case, sam, aside, worker, outbox):
    case.pass_ball(Ball.CUSTOMER, by=sam)

    aside()

    case.refresh_from_db()
    assert (case.ball, outbox()) == (Ball.SUPPORT, [])


def test_what_is_set_aside_opens_a_closed_case_again_and_tells_nobody_outside(case, sam, aside, worker, outbox):
    case.closures.close(by=sam, reason="not_a_fault")
    worker()
    heard = len(outbox())

    aside()

    case.refresh_from_db()
    closure = case.closures.get()
    assert (case.is_open, closure.reopened_by) == (True, None)
    assert "Somebody" in closure.reopened_why
    assert len(outbox()) == heard


def test_its_page_says_that_nobody_known_opened_it_again(case, sam, aside, at_the_desk):
    case.closures.close(by=sam, reason="not_a_fault")
    aside()

    assert "Somebody we do not know wrote" in at_the_desk(sam).get(f"/desk/cases/{case.number}/").text


def test_a_program_that_is_set_aside_moves_nothing(case, sam, aside, worker):
    case.closures.close(by=sam, reason="not_a_fault")

    aside(auto_submitted="auto-replied")

    case.refresh_from_db()
    assert not case.is_open


def test_on_a_merged_case_who_wrote_is_proposed_where_it_is_read(case, sam, ana, aside, worker, at_the_desk):
    other = Case.objects.open_for(ana, title="Imports stop")
    case.merges.join_to(other, by=sam)

    aside()

    other.refresh_from_db()
    assert [row.email for row in other.proposals.all()] == ["bob@elsewhere.example"]
    assert "bob@elsewhere.example" in at_the_desk(sam).get(f"/desk/cases/{other.number}/").text


def test_a_word_ends_when_its_participant_leaves(arrives, case, reply_address):
    case.participants.update(left_at=case.opened_at)

    assert arrives(mail(sender=ANA), reply_address).case != case


def test_who_is_copied_in_is_proposed_and_not_added(arrives, case, reply_address):
    submission = arrives(mail(sender=ANA, cc="boss@northwind.example, mallory@globex.example"), reply_address)

    assert case.participants.count() == 1
    assert submission.decision["also_to"] == ["boss@northwind.example", "mallory@globex.example"]


@pytest.mark.parametrize("sender", ["Sam <sam@tandem.example>", SUPPORT, "a@x.example, b@x.example"])
def test_who_cannot_have_written_it_goes_to_quarantine(arrives, sam, sender):
    submission = arrives(mail(sender=sender))

    assert submission.state == State.QUARANTINED
    assert submission.reason
    assert not Case.objects.exists()


# Mail that programs write.


def test_an_absence_note_is_kept_on_the_case_and_moves_nothing(arrives, case, reply_address, outbox):
    case.pass_ball(Ball.CUSTOMER, by=None)

    submission = arrives(mail(sender=ANA, auto_submitted="auto-replied", body="I am away."), reply_address)

    case.refresh_from_db()
    assert submission.message.audience == Audience.SUPPORT
    assert (case.ball, outbox()) == (Ball.CUSTOMER, [])


def test_a_program_opens_no_case_and_gets_no_answer(arrives, outbox):
    submission = arrives(mail(sender="news@shop.example", list_id="<news.shop.example>"))

    assert (submission.state, outbox()) == (State.QUARANTINED, [])
    assert not Case.objects.exists()


def test_a_mail_that_came_back_is_said_where_it_was_written(arrives, case, sam, ana, worker):
    ours = case.updates.send("Which version?", by=sam).deliveries.get()
    worker()

    submission = arrives(bounce(message_id=ours.message_id, recipient=ana.email, to=SUPPORT), ours.envelope_sender)

    ours.refresh_from_db()
    assert (ours.state, ours.error) == (DeliveryState.BOUNCED, "smtp; 550 no such user")
    assert case.events.filter(verb="delivery.failed").count() == 1
    assert Contact.objects.get(user=ana).bounced_at
    assert (submission.state, Case.objects.count()) == (State.NOTED, 1)


def test_a_mail_that_proves_nothing_shows_nothing_of_the_address(arrives, case, ana):
    Contact.objects.filter(user=ana).update(bounced_at=case.opened_at)

    arrives(mail(sender=ANA))

    assert Contact.objects.get(user=ana).bounced_at


def test_a_later_mail_of_theirs_shows_that_the_address_works(arrives, case, ana, reply_address):
    Contact.objects.filter(user=ana).update(bounced_at=case.opened_at)

    arrives(mail(sender=ANA), reply_address)

    assert Contact.objects.get(user=ana).bounced_at is None


def test_a_report_about_no_mail_of_ours_waits_for_a_person(arrives, case, sam, ana, worker):
    ours = case.updates.send("Which version?", by=sam).deliveries.get()
    worker()

    submission = arrives(bounce(message_id="<guessed@tandem.example>", recipient=ana.email, to=SUPPORT))

    ours.refresh_from_db()
    assert ours.state == DeliveryState.SENT
    assert (submission.state, submission.cause) == (State.QUARANTINED, "report")


def test_a_report_that_only_knows_our_message_id_is_shown_and_marks_nothing(arrives, case, sam, ana, worker):
    ours = case.updates.send("Which version?", by=sam).deliveries.get()
    case.pass_ball(Ball.CUSTOMER, by=sam)
    worker()

    submission = arrives(bounce(message_id=ours.message_id, recipient=ana.email, to=SUPPORT))

    ours.refresh_from_db()
    case.refresh_from_db()
    assert (ours.state, Contact.objects.get(user=ana).bounced_at) == (DeliveryState.SENT, None)
    assert (submission.case, submission.message.author, submission.message.audience) == (case, None, Audience.SUPPORT)
    assert case.ball == Ball.CUSTOMER


def test_a_report_to_her_reply_address_marks_nothing(arrives, case, sam, ana, worker, reply_address):
    ours = case.updates.send("Which version?", by=sam).deliveries.get()
    worker()

    arrives(bounce(message_id="<x@y.example>", recipient=ana.email, to=reply_address), reply_address)

    ours.refresh_from_db()
    assert ours.state == DeliveryState.SENT


def test_a_person_who_sends_us_a_bounce_is_heard(arrives, ana):
    came_back = bounce(message_id="<hers@northwind.example>", recipient="orders@shop.example", to=ana.email)
    head, _gap, body = mail(sender=ANA, body="See the bounce.").partition(b"\n\n")
    kept = [line for line in head.splitlines() if not line.lower().startswith((b"content-", b"mime-"))]
    head = b"\n".join([*kept, b"MIME-Version: 1.0", b'Content-Type: multipart/mixed; boundary="m"'])
    inner = came_back.replace(b"\r\n", b"\n").partition(b"Content-Type: multipart/report")
    within = inner[1] + inner[2]
    raw = head + b"\n\n--m\nContent-Type: text/plain\n\n" + body + b"\n--m\n" + within + b"\n--m--\n"

    submission = arrives(raw)

    assert (submission.state, submission.message.author) == (State.LANDED, ana)
    assert "See the bounce." in submission.message.body


def test_a_report_without_our_message_id_is_known_by_where_it_came_back_to(arrives, case, sam, ana, worker):
    ours = case.updates.send("Which version?", by=sam).deliveries.get()
    other = case.updates.send("And which browser?", by=sam).deliveries.get()
    worker()

    back = bounce(message_id="<of-their-relay@mx.example>", recipient="forwarded@elsewhere.example", to=SUPPORT)
    arrives(back, ours.envelope_sender)

    ours.refresh_from_db()
    other.refresh_from_db()
    assert (ours.state, other.state) == (DeliveryState.BOUNCED, DeliveryState.SENT)


def test_a_program_that_answers_the_envelope_is_heard_aside(arrives, case, sam, ana, worker):
    ours = case.updates.send("Which version?", by=sam).deliveries.get()
    worker()

    submission = arrives(mail(sender=ANA, body="I am away.", auto_submitted="auto-replied"), ours.envelope_sender)

    assert submission.message.audience == Audience.SUPPORT
    ours.refresh_from_db()
    assert ours.state == DeliveryState.SENT


def test_a_complaint_by_mail_is_shown_and_stops_nothing_for_anybody_writes_one(arrives, case, sam, ana, worker):
    ours = case.updates.send("Which version?", by=sam).deliveries.get()
    worker()

    submission = arrives(complaint(message_id=ours.message_id, recipient=ana.email), ours.envelope_sender)

    assert Contact.objects.get(user=ana).no_mail_since is None
    assert (submission.case, submission.message.author) == (case, None)


def test_who_wrote_to_all_has_told_the_others(arrives, case, sam, ana, reply_address):
    bo = Contact.objects.meet("bo@northwind.example").user
    case.participants.join(bo, by=sam)
    proven = {"sender": ANA, "authentication_results": TRUSTED}

    to_both = arrives(mail(**proven, cc="bo@northwind.example"), reply_address)
    to_us = arrives(mail(**proven, body="And for June."), reply_address)

    assert not to_both.message.relays.exists()
    assert to_us.message.relays.get().participant.user == bo


def test_a_delay_is_no_failure(arrives, case, sam, ana, worker):
    ours = case.updates.send("Which version?", by=sam).deliveries.get()
    worker()

    arrives(bounce(message_id=ours.message_id, recipient=ana.email, to=SUPPORT, status="4.4.1", action="delayed"))

    ours.refresh_from_db()
    assert ours.state == DeliveryState.SENT


@pytest.mark.parametrize("knows", ["a Message-ID of ours", "the address only Ana was given"])
def test_reports_without_end_are_one_note_on_the_case(arrives, case, sam, ana, worker, reply_address, knows):
    sent = [case.updates.send(text, by=sam).deliveries.get() for text in ("Which version?", "And since when?")]
    worker()
    before = case.messages.count()
    by_address = knows == "the address only Ana was given"
    for n in range(5):
        for ours in sent:
            named = f"<guess-{n}@x.example>" if by_address else ours.message_id
            arrives(bounce(message_id=named, recipient=ana.email, to=SUPPORT), reply_address if by_address else SUPPORT)

    assert case.messages.count() - before == (1 if by_address else len(sent))
    assert set(Submission.objects.out_of_sight().values_list("reason", flat=True)) == {
        "Another report about the same mail of ours stands on the case."
    }


def test_two_houses_that_answer_each_other_fall_silent(arrives, outbox):
    verdict = PROVEN.replace("initech", "other")
    for n in range(10):
        arrives(
            mail(sender="help@other.example", subject=f"Re: We have your message {n}", authentication_results=verdict)
        )

    assert len(outbox()) == 1


def test_more_than_a_person_writes_waits_for_a_person(arrives, settings):
    settings.MAIL_PER_SENDER = 3

    landed = [arrives(mail(sender="bomb@x.example", subject=f"Bomb {n}")).state for n in range(5)]

    assert landed == [State.LANDED] * 3 + [State.QUARANTINED] * 2


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
