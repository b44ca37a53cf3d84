"""Mail that programs write: absence notes, reports, complaints, loops."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case
from tandem.communicate.models import State as DeliveryState
from tandem.customers.models import Contact
from tandem.submit.models import State, Submission
from tandem.submit.tests.mail import SUPPORT, bounce, complaint, mail

PROVEN = "mx.tandem.example; dmarc=pass header.from=initech.example"
ANA = "Ana Lima <ana@northwind.example>"
TRUSTED = "mx.tandem.example; dmarc=pass header.from=northwind.example"


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
