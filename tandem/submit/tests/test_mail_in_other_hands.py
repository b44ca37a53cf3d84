"""Nothing but a secret joins a case, and a secret alone speaks for nobody."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case, Message
from tandem.customers.models import Contact
from tandem.submit.models import State, Submission
from tandem.submit.tests.mail import SUPPORT, mail

ANA = "Ana Lima <ana@northwind.example>"


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
