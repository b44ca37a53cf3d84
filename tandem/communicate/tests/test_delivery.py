from datetime import timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.communicate import smtp
from tandem.communicate.jobs import deliver
from tandem.communicate.models import Delivery, Kind, State
from tandem.communicate.models.delivery import LEASE, PAUSES
from tandem.kit import clock


def _text(mail) -> str:
    return mail.get_payload(0).get_payload(decode=True).decode()


@pytest.fixture
def server_says(monkeypatch):
    """The next server refuses, with these words."""

    def refuse(error: Exception) -> None:
        def send(*args, **kwargs):
            raise error

        monkeypatch.setattr(smtp, "send", send)

    return refuse


@pytest.fixture
def delivery(case, sam):
    return case.updates.send("We found the row limit.", by=sam).deliveries.get()


def test_it_reaches_the_customer_with_a_signed_reply_address(case, sam, ana, worker, outbox):
    case.updates.send("We found the row limit & lifted it.", by=sam, promise_at=clock.now() + timedelta(hours=4))
    worker()

    [mail] = outbox()
    participant = case.participants.get(user=ana)
    assert mail["To"] == "Ana Lima <ana@northwind.example>"
    assert mail["Reply-To"] == f"reply+{participant.word}@reply.tandem.example"
    assert mail["Auto-Submitted"] is None
    assert "We found the row limit & lifted it." in _text(mail)
    assert "You hear from us again by" in _text(mail)
    assert f"/portal/cases/{case.number}/" in _text(mail)
    assert case.updates.get().deliveries.get().state == State.SENT


def test_it_answers_what_ana_wrote_and_what_we_wrote_before(case, sam, ana, worker, outbox):
    message = case.messages.filter(author=ana).get()
    case.mail_references.create(message=message, mail_id="<hers@northwind.example>")
    first = case.updates.send("One.", by=sam).deliveries.get()
    case.updates.send("Two.", by=sam)
    worker()

    assert outbox()[0]["In-Reply-To"] == "<hers@northwind.example>"
    assert outbox()[1]["References"].split() == ["<hers@northwind.example>", first.message_id]


def test_the_house_itself_says_that_it_is_a_program_and_copies_no_subject(case, worker, outbox):
    case.updates.send("We have your message.", by=None, kind=Kind.RECEIPT)
    worker()

    [mail] = outbox()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert case.title not in mail["Subject"]


def test_an_automatic_one_has_nobody_to_complain_to(case):
    assert case.updates.send("We have your message.", by=None).deliveries.get().envelope_sender == ""


def test_files_go_along(case, sam, worker, outbox):
    from tandem.kit import files

    case.updates.send("See the picture.", by=sam, files=[files.store([b"row 10000"], name="rows.txt")])
    worker()

    assert "rows.txt" in outbox()[0].as_string()


def test_it_is_sent_once_however_often_the_job_runs(delivery, outbox):
    deliver(delivery.pk)
    deliver(delivery.pk)

    assert len(outbox()) == 1


def test_each_attempt_has_the_same_bytes(delivery):
    first = Delivery.objects.get(pk=delivery.pk).as_bytes()

    with clock.at(clock.now() + timedelta(hours=1)):
        assert Delivery.objects.get(pk=delivery.pk).as_bytes() == first


def test_who_left_in_the_meantime_hears_nothing(case, delivery, worker, outbox):
    case.participants.update(left_at=clock.now())
    worker()

    delivery.refresh_from_db()
    assert (delivery.state, outbox()) == (State.WITHHELD, [])


def test_not_now_is_tried_again_later(delivery, worker, server_says, monkeypatch, outbox):
    server_says(smtp.NotNow("Their server said 451: greylisted."))
    worker()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (State.QUEUED, "Their server said 451: greylisted.")

    monkeypatch.undo()
    worker()
    assert outbox() == []
    with clock.at(clock.now() + 2 * PAUSES[0]):
        worker()
    assert [mail["Message-ID"] for mail in outbox()] == [delivery.message_id]


def test_not_now_for_days_is_a_failure_that_is_said(case, delivery, worker, server_says):
    server_says(smtp.NotNow("Their server could not be reached."))
    with clock.at(clock.now() + sum(PAUSES, timedelta(days=30))):
        for _pause in [*PAUSES, None]:
            deliver(delivery.pk)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (State.FAILED, len(PAUSES) + 1)
    assert case.events.get(verb="delivery.failed").facts["error"] == "Their server could not be reached."


def test_never_is_never_tried_again(case, delivery, worker, server_says):
    server_says(smtp.Never("Their server said 550: no such user."))
    worker()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (State.FAILED, 1)
    assert case.events.filter(verb="delivery.failed", audience=Audience.SUPPORT).count() == 1


def test_a_doubt_is_kept_and_a_second_one_ends_it(delivery, worker, server_says):
    server_says(smtp.NotNow("The connection ended.", is_doubtful=True))
    deliver(delivery.pk)
    deliver(delivery.pk)
    deliver(delivery.pk)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.doubts) == (State.FAILED, 2)


def test_an_attempt_that_died_half_way_is_known(delivery, outbox):
    assert Delivery.objects.begin(delivery.pk)

    with clock.at(clock.now() + 2 * LEASE):
        deliver(delivery.pk)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.doubts, len(outbox())) == (State.SENT, 1, 1)


def test_an_attempt_under_way_is_not_begun_again(delivery, outbox):
    assert Delivery.objects.begin(delivery.pk)

    deliver(delivery.pk)

    assert outbox() == []


def test_owner_and_managers_hear_of_a_broken_promise_by_mail(case, sam, max, worker, outbox):
    case.promises.make(clock.now() + timedelta(hours=1), by=sam)
    with clock.at(clock.now() + timedelta(hours=2)):
        case.promises.watch()
        worker()

    assert sorted(mail["To"] for mail in outbox()) == [
        "Max Berger <max@tandem.example>",
        "Sam Okafor <sam@tandem.example>",
    ]
    assert f"/desk/cases/{case.number}/" in _text(outbox()[0])
