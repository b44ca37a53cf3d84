"""Who a mail speaks for: whatever a stranger writes into it joins nothing, reads nothing, and acts for nobody.

One row for each thing that can be forged, alone and together, with the sentence that says why it landed where it did.
"""

import itertools

import pytest

from tandem.cases.models import Ball, Case, Participant
from tandem.communicate.models import Delivery
from tandem.customers.models import Contact
from tandem.submit.models import State, Submission
from tandem.submit.tests.mail import SUPPORT, bounce, complaint, mail

ANA, MALLORY = "Ana Lima <ana@northwind.example>", "Mallory Quinn <mallory@globex.example>"
ALONE = "It answers nothing of ours, so it is a case of its own."
ASIDE = "Somebody else wrote to an address that only Ana Lima was given."
TWICE = "Its sender is written so that programs read it differently."
MANY = "It names more than one sender."
OURS = "It says that it comes from ourselves."
REPORT = "It reports what became of a mail to Ana Lima. Nothing proves that, so it changes nothing."
NO_REPORT = "It reports what became of a mail that we do not know."
COLLEAGUE = "It says that it comes from a colleague, who would write at the desk."

# What is written into a mail; OUR_ID is the Message-ID of our mail to Ana, HER_WORD the word of her reply address.
FORGERIES = [
    # name                            from       what else                                                      why it landed where it did
    ("nothing",                       MALLORY,   {},                                                            ALONE),
    ("her address",                   ANA,       {},                                                            ALONE),
    ("her name",                      "Ana Lima <mallory@globex.example>", {},                                  ALONE),
    ("her address as a name",         '"ana@northwind.example" <mallory@globex.example>', {},                   ALONE),
    ("her address before the real",   "ana@northwind.example <mallory@globex.example>", {},                     TWICE),
    ("her address beside the real",   f"{ANA}, {MALLORY}", {},                                                  MANY),
    ("the number in the subject",     MALLORY,   {"subject": "Re: Nightly export stops ({number})"},            ALONE),
    ("… from her address",            ANA,       {"subject": "Re: Nightly export stops ({number})"},            ALONE),
    ("our Message-ID, answered",      MALLORY,   {"in_reply_to": "{our_id}"},                                   ALONE),
    ("… as a reference",              MALLORY,   {"references": "<a@b.example> {our_id}"},                      ALONE),
    ("… as its own",                  MALLORY,   {"message_id": "{our_id}"},                                    ALONE),
    ("her Message-ID, answered",      MALLORY,   {"in_reply_to": "{her_id}", "references": "{her_id}"},         ALONE),
    ("… from her address",            ANA,       {"in_reply_to": "{her_id}", "references": "{her_id}"},         ALONE),
    ("a guessed Message-ID",          ANA,       {"in_reply_to": "<1@reply.tandem.example>"},                   ALONE),
    ("a Reply-To of hers",            MALLORY,   {"reply_to": ANA},                                             ALONE),
    ("a Sender of hers",              MALLORY,   {"sender_": ANA},                                              ALONE),
    ("her in Cc",                     MALLORY,   {"cc": ANA},                                                   ALONE),
    ("a plus address of the number",  ANA,       {"to": "reply+{number}@reply.tandem.example"},                 ALONE),
    ("a plus address at our own",     ANA,       {"to": "support+{word}@tandem.example"},                       ALONE),
    ("her word at another domain",    ANA,       {"to": "reply+{word}@globex.example"},                         ALONE),
    ("another's word",                ANA,       {"to": "reply+{other_word}@reply.tandem.example"},             "Somebody else wrote to an address that only Mallory Quinn was given."),
    ("headers of a help desk",        MALLORY,   {"x_tandem_case": "{number}", "x_tandem_user": "sam"},         ALONE),
    ("a verdict of another server",   ANA,       {"authentication_results": "mx.globex.example; dmarc=pass header.from=northwind.example"}, ALONE),
    ("our own verdict, by a stranger", ANA,      {"authentication_results": "mx.tandem.example; dmarc=pass header.from=northwind.example"}, ALONE),
    ("… at the top of others",        ANA,       {"authentication_results": "mx.tandem.example; dmarc=pass header.from=northwind.example", "in_reply_to": "{her_id}"}, ALONE),
    ("all but the word",              MALLORY,   {"subject": "Re: ({number})", "in_reply_to": "{our_id}", "references": "{our_id}", "reply_to": ANA, "cc": ANA, "x_tandem_case": "{number}"}, ALONE),
    ("all but the word, from her",    ANA,       {"subject": "Re: ({number})", "in_reply_to": "{her_id}", "reply_to": MALLORY, "cc": MALLORY}, ALONE),
    ("her word, leaked",              MALLORY,   {"to": "reply+{word}@reply.tandem.example"},                   ASIDE),
    ("… and all else",                MALLORY,   {"to": "reply+{word}@reply.tandem.example", "in_reply_to": "{our_id}", "reply_to": ANA, "cc": ANA}, ASIDE),
    ("… and her name",                "Ana Lima <mallory@globex.example>", {"to": "reply+{word}@reply.tandem.example"}, ASIDE),
    ("that hers came back",           "MAILER-DAEMON@northwind.example", {"report": "failed"},                  REPORT),
    ("… to her reply address",        "MAILER-DAEMON@northwind.example", {"report": "failed", "to": "reply+{word}@reply.tandem.example"}, REPORT),
    ("… and a guessed address of ours", "MAILER-DAEMON@northwind.example", {"report": "failed", "to": "back+1-0000@reply.tandem.example"}, REPORT),
    ("… of which we know nothing",    "MAILER-DAEMON@northwind.example", {"report": "failed", "message_id": "<x@y.example>"}, NO_REPORT),
    ("that ours is unwanted",         "fbl@northwind.example", {"report": "abuse"},                               REPORT),
    ("our own address",               SUPPORT,   {"in_reply_to": "{our_id}"},                                   OURS),
    ("a colleague's",                 "Sam Okafor <sam@tandem.example>", {"in_reply_to": "{our_id}"},           COLLEAGUE),
]  # fmt: skip


@pytest.fixture
def told(case, ana, sam, mallorys_case, mallory, worker) -> dict:
    """What the world knows of Ana's case, and what only she does."""
    ours = case.updates.send("Secret: row 10,000 holds a comma.", by=sam).deliveries.get()
    case.mail_references.create(message=case.messages.first(), mail_id="<hers@northwind.example>")
    case.pass_ball(Ball.CUSTOMER, by=sam)
    worker()
    return {
        "number": case.number,
        "our_id": ours.message_id,
        "her_id": "<hers@northwind.example>",
        "word": case.participants.get().word,
        "other_word": mallorys_case.participants.get().word,
    }


def forged(sender: str, headers: dict, told: dict) -> bytes:
    headers = {name.rstrip("_"): value.format(**told) for name, value in headers.items()}
    if report := headers.pop("report", ""):
        about = {"message_id": headers.get("message_id", told["our_id"]), "recipient": "ana@northwind.example"}
        return complaint(**about) if report == "abuse" else bounce(**about, to=headers.get("to", SUPPORT))
    if "sender" in headers:
        return mail(sender=sender).replace(b"\n\n", f"\nSender: {headers['sender']}\n\n".encode(), 1)
    return mail(sender=sender, body="WORKS. Close it.", **headers)


@pytest.mark.parametrize(
    ("sender", "headers", "why"), [row[1:] for row in FORGERIES], ids=[row[0] for row in FORGERIES]
)
def test_a_forgery_joins_nothing_reads_nothing_and_acts_for_nobody(
    case, told, worker, outbox, settings, sender, headers, why
):
    settings.AUTHSERV_ID = "mx.tandem.example"
    before = (case.messages.from_customer().count(), len(outbox()), case.participants.count())
    raw = forged(sender, headers, told)
    to = headers.get("to", SUPPORT).format(**told)
    submission = Submission.objects.accept_mail(raw, sender="x@globex.example", recipients=[to])
    worker()

    submission.refresh_from_db()
    case.refresh_from_db()
    assert submission.reason == why
    assert (case.messages.from_customer().count(), case.participants.count()) == (before[0], before[2])
    assert case.ball == (Ball.SUPPORT if why == ASIDE else Ball.CUSTOMER)
    assert Delivery.objects.get(message_id=told["our_id"]).state == "sent"
    assert not Contact.objects.exclude(bounced_at=None, no_mail_since=None).exists()
    assert not (submission.message and submission.message.verified)
    assert all("comma" not in sent.as_string() for sent in outbox()[before[1] :])


def test_one_changed_character_in_a_reply_address_holds_nobody(told):
    word = told["word"]

    assert Participant.objects.holding(word)
    for changed in one_off(word):
        assert Participant.objects.holding(changed) is None, changed


def test_one_changed_character_in_a_message_id_answers_nothing(case, told):
    from tandem.submit import known
    from tandem.submit.parsing import parse

    def answered(message_id: str) -> object:
        return known._answered(parse(mail(sender=ANA, in_reply_to=message_id)), "ana@northwind.example")

    ours = Delivery.objects.get(message_id=told["our_id"])
    assert answered(ours.message_id)
    for changed in itertools.islice(one_off(ours.message_id[1:33]), 40):
        assert answered(f"<{changed}{ours.message_id[33:]}") is None


@pytest.mark.parametrize("purpose", ["questions_link", "readback_link", "verify_link", "rate_link"])
def test_one_changed_character_in_a_link_opens_nothing(case, told, purpose):
    token = case.participants.get().link(purpose).rstrip("/").split("/")[-2]

    assert Participant.objects.opening(token, purpose=purpose)
    for changed in one_off(token):
        assert Participant.objects.opening(changed, purpose=purpose) is None, changed


def one_off(secret: str) -> list[str]:
    return [
        secret[:place] + ("a" if letter != "a" else "b") + secret[place + 1 :] for place, letter in enumerate(secret)
    ]


# Unverified


@pytest.fixture
def arrives(case, told, worker):
    def arrive(raw: bytes) -> Submission:
        to = f"reply+{told['word']}@reply.tandem.example"
        submission = Submission.objects.accept_mail(raw, sender="", recipients=[to])
        worker()
        submission.refresh_from_db()
        return submission

    return arrive


def test_an_unverified_answer_is_shown_as_such_and_answers_no_question(case, sam, arrives, at_the_desk):
    question = case.questions.ask("Which version?", by=sam)

    submission = arrives(mail(sender=ANA, body="4.3"))

    question.refresh_from_db()
    assert (submission.message.verified, question.answered_at) == (False, None)
    assert "unverified sender" in at_the_desk(sam).get(f"/desk/cases/{case.number}/").text


def test_an_unverified_yes_confirms_no_line_of_a_read_back(case, sam, arrives):
    case.facts.note("version", "4.3", by=sam)
    readback = case.readbacks.share(by=sam)

    arrives(mail(sender=ANA, body="Yes, all of it is right."))

    readback.refresh_from_db()
    assert readback.answered_at is None


# Nobody can be mailed to death by us, nor can two programs talk for ever


def test_a_tandem_that_gets_our_receipt_says_nothing(worker, outbox):
    Submission.objects.accept_mail(mail(sender="help@other.example"), sender="", recipients=[SUPPORT])
    worker()
    [receipt] = outbox()

    theirs = receipt.as_bytes().replace(SUPPORT.encode(), b"support@third.example")
    answered = Submission.objects.accept_mail(theirs, sender="", recipients=[SUPPORT])
    worker()

    answered.refresh_from_db()
    assert (answered.state, answered.reason) == (State.QUARANTINED, "It says that it was sent automatically.")
    assert len(outbox()) == 1


@pytest.mark.parametrize("most", [0, 1, 2])
def test_an_address_hears_from_no_program_of_ours_more_often_than_that(worker, outbox, settings, most):
    from datetime import timedelta

    from tandem.kit import clock

    settings.MAIL_TO_ADDRESS = most
    begin = clock.now()
    for hours in range(0, 20, 2):
        with clock.at(begin + timedelta(hours=hours)):
            raw = mail(sender="victim@elsewhere.example", subject=f"Buy pills {hours}")
            Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT])
            worker()

    assert len(outbox()) == most
    assert all("pills" not in sent.as_string() for sent in outbox())


def test_a_bomber_waits_and_the_others_go_on(worker, settings):
    settings.MAIL_PER_SENDER = 3
    bombs = [mail(sender="Bomber@x.example", subject=f"Bomb {n}") for n in range(6)]
    for raw in [*bombs, mail(sender="noor@initech.example")]:
        Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT])
    worker()

    assert Submission.objects.quarantined().filter(cause="flood").count() == 3
    assert Case.objects.filter(reporter__email="noor@initech.example").exists()


PROVEN = {"authentication_results": "mx.tandem.example; dmarc=pass header.from=northwind.example"}


@pytest.mark.parametrize("way", ["her reply address", "our server's word"])
def test_who_forges_her_address_a_hundred_times_does_not_keep_her_out(case, told, worker, settings, way):
    settings.MAIL_PER_SENDER = 3
    for n in range(5):
        raw = mail(sender=ANA, subject=f"Bomb {n}")
        Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT])
    worker()
    by_word = way == "her reply address"
    to = f"reply+{told['word']}@reply.tandem.example" if by_word else SUPPORT
    raw = mail(sender=ANA, **({} if by_word else PROVEN))
    hers = Submission.objects.accept_mail(raw, sender="", recipients=[to], checked_by="mx.tandem.example")
    worker()

    hers.refresh_from_db()
    assert (hers.state, Submission.objects.quarantined().filter(cause="flood").count()) == (State.LANDED, 2)


def test_a_flood_that_is_truly_hers_waits_too(case, told, worker, settings):
    settings.MAIL_PER_SENDER = 3
    to = f"reply+{told['word']}@reply.tandem.example"
    for n in range(5):
        Submission.objects.accept_mail(mail(sender=ANA, subject=f"Loop {n}"), sender="", recipients=[to])
    worker()

    assert Submission.objects.quarantined().filter(cause="flood").count() == 2


def test_who_is_named_by_a_stranger_is_met_by_nobody(case, arrives):
    arrives(mail(sender=MALLORY.replace("mallory", "eve"), cc="boss@northwind.example"))

    assert not Contact.objects.filter(user__email__in=["eve@globex.example", "boss@northwind.example"]).exists()
    assert [row.email for row in case.proposals.all()] == ["eve@globex.example"]
