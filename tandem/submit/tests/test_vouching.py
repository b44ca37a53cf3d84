"""What a mail could not prove, one of us can vouch for; then it is their word, and counts."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Message
from tandem.submit.models import KnownAlready, NobodyToVouchFor, Submission, Vouch
from tandem.submit.tests.mail import mail

ANA = "Ana Lima <ana@northwind.example>"
BOB = "Bob <bob@elsewhere.example>"


@pytest.fixture
def arrives(worker, case, ana):
    """Hand in this mail at Ana's signed address."""
    address = f"reply+{case.participants.get(user=ana).word}@reply.tandem.example"

    def arrive(raw: bytes) -> Submission:
        submission = Submission.objects.accept_mail(raw, sender="", recipients=[address])
        worker()
        submission.refresh_from_db()
        return submission

    return arrive


def test_what_was_set_aside_is_said_again_as_her_word(case, ana, sam, arrives, worker, at_the_desk):
    case.pass_ball(Ball.CUSTOMER, by=None)
    mail_of_hers = arrives(mail(sender="Ana <ana@home.example>", body="It is 4.3."))
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/")
    assert "Why here?" in page.text

    at_the_desk(sam).post(f"/desk/cases/{case.number}/submissions/{mail_of_hers.pk}/vouch/", {"why": "I called her."})
    worker()

    said = Message.objects.of(case).from_customer().last()
    assert (said.author, said.audience, said.body.strip()) == (ana, Audience.CUSTOMER, "It is 4.3.")
    assert said in Message.objects.visible_to(ana)
    case.refresh_from_db()
    assert case.ball == Ball.SUPPORT
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/").text
    assert "Sam Okafor vouches that Ana Lima wrote this. I called her." in page
    assert case.events.get(verb="message.vouched").by == sam


def test_files_come_along(case, sam, arrives):
    raw = mail(sender=BOB).replace(
        b"Content-Type: text/plain", b"Content-Disposition: attachment; filename=a.log\nContent-Type: text/plain"
    )
    vouch = Vouch.objects.give(arrives(raw), by=sam)

    assert vouch.message.attachments.get().name == "a.log"


def test_pictures_in_it_are_seen_where_they_were(case, sam, arrives):
    raw = mail(sender=BOB).replace(
        b"Content-Type: text/plain",
        b"Content-ID: <row@x>\nContent-Disposition: inline; filename=a.log\nContent-Type: text/x-log",
    )
    aside = arrives(raw)
    called = aside.message.attachments.get().content_id
    vouch = Vouch.objects.give(aside, by=sam)

    assert called
    assert vouch.message.attachments.get().content_id == called


def test_an_unverified_word_counts_only_then(case, ana, sam, erin, arrives, worker):
    case.enter(Stage.INTAKE, by=sam)
    case.enter(Stage.TRIAGE, by=sam)
    case.enter(Stage.INVESTIGATE, by=sam)
    resolution = case.resolutions.propose(words="The limit is gone.", changed="No limit", by=sam)
    resolution.verify_ours(verdict="works", how="Ran it.", by=erin)
    resolution.ask_customer(by=sam)
    worker()

    unverified = arrives(mail(sender=ANA, body="WORKS"))
    assert not resolution.verifications.customers().exists()

    Vouch.objects.give(unverified, by=sam, why="Her voice.")
    worker()
    assert resolution.verifications.customers().get().verified_by == ana


def test_it_speaks_for_its_sender_if_they_take_part_by_now(case, sam, arrives):
    aside = arrives(mail(sender=BOB))
    case.proposals.get(email="bob@elsewhere.example").accept(by=sam)

    assert Vouch.objects.give(aside, by=sam).speaks_for.email == "bob@elsewhere.example"


def test_nobody_speaks_who_takes_part_no_more(case, sam, arrives):
    aside = arrives(mail(sender=BOB))
    case.participants.update(left_at=case.opened_at)

    with pytest.raises(NobodyToVouchFor):
        Vouch.objects.give(aside, by=sam)


def test_once_is_enough(sam, arrives):
    aside = arrives(mail(sender=BOB))
    Vouch.objects.give(aside, by=sam)

    with pytest.raises(KnownAlready):
        Vouch.objects.give(aside, by=sam)


def test_others_of_the_customer_hear_it_only_then(case, sam, northwind, arrives, worker, outbox):
    from tandem.customers.models import Contact

    joe = Contact.objects.meet("joe@northwind.example", name="Joe", account=northwind).user
    case.participants.join(joe, by=sam)
    unverified = arrives(mail(sender=ANA, body="It is 4.3."))
    assert outbox() == []

    Vouch.objects.give(unverified, by=sam)
    worker()
    assert [sent["Cc"] for sent in outbox()] == ["Joe <joe@northwind.example>"]


@pytest.mark.parametrize("person", ["erin", "ana", "mallory"])
def test_who_does_not_speak_to_customers_vouches_for_nobody(request, case, person, arrives, at_the_desk):
    aside = arrives(mail(sender=BOB))

    answer = at_the_desk(request.getfixturevalue(person)).post(
        f"/desk/cases/{case.number}/submissions/{aside.pk}/vouch/"
    )

    assert answer.status_code in (403, 404)
    assert not Vouch.objects.exists()


def test_by_the_api_too(case, sam, ana, arrives, by_api):
    aside = arrives(mail(sender=BOB))
    address = f"/api/v1/cases/{case.number}/submissions"

    assert [row["id"] for row in by_api(sam).get(address).json()] == [aside.pk]
    assert by_api(ana).get(address).json() == []
    answer = by_api(sam).post(f"{address}/{aside.pk}/vouch", {"why": "x"}, content_type="application/json")
    assert (answer.status_code, answer.json()["speaks_for"]) == (201, "Ana Lima")
