from datetime import UTC, datetime, timedelta

import pytest

from tandem.cases import jobs
from tandem.cases.audience import Audience
from tandem.cases.models import Attachment
from tandem.communicate import letters, smtp
from tandem.communicate.jobs import deliver
from tandem.communicate.models import Delivery, Kind, State
from tandem.communicate.models.delivery import LEASE, PAUSES
from tandem.kit import clock


def _text(mail) -> str:
    words = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    return words.get_payload(decode=True).decode()


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


def test_what_was_tried_again_and_did_not_leave_says_so_where_it_stands(case, delivery, sam, at_the_desk, server_says):
    server_says(smtp.NotNow("Their server could not be reached."))
    sentence = "tried 2 times, and again later. Their server could not be reached."
    later = clock.now()
    for pause in [timedelta(), *PAUSES[:1]]:
        assert sentence not in at_the_desk(sam).get(f"/desk/cases/{case.number}/").text
        later += 2 * pause
        with clock.at(later):
            deliver(delivery.pk)

    assert sentence in at_the_desk(sam).get(f"/desk/cases/{case.number}/").text


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


def test_the_owner_hears_at_once_of_a_broken_promise_and_managers_when_they_may_be_disturbed(
    case, sam, max, worker, outbox
):
    saturday = datetime(2030, 1, 5, 22, tzinfo=UTC)
    with clock.at(saturday):
        case.promises.make(saturday + timedelta(hours=1), by=sam)
    with clock.at(saturday + timedelta(hours=2)):
        case.promises.watch()
        worker()
    with clock.at(saturday + timedelta(hours=2, minutes=1)):
        worker()
    [mail] = outbox()
    assert mail["To"] == "Sam Okafor <sam@tandem.example>"
    assert f"/desk/cases/{case.number}/" in _text(mail)

    with clock.at(datetime(2030, 1, 7, 12, tzinfo=UTC)):
        worker()
    assert "Max Berger <max@tandem.example>" in [mail["To"] for mail in outbox()]


# Files that go along, or do not


@pytest.fixture
def picture():
    from tandem.kit import files

    return files.store([b"row 10000"], name="rows.txt")


def test_where_files_rest_may_be_away_for_hours_and_the_mail_goes_after_all(
    case, sam, picture, worker, outbox, settings
):
    case.updates.send("See the picture.", by=sam, files=[picture])
    shelf, away = settings.DATA / "files", settings.DATA / "away"
    shelf.rename(away)
    begin = clock.now()
    for minutes in range(0, 60, 2):
        with clock.at(begin + timedelta(minutes=minutes)):
            worker()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.doubts, outbox()) == (State.QUEUED, 0, [])
    assert "cannot be read just now" in delivery.error

    away.rename(shelf)
    with clock.at(begin + timedelta(hours=4)):
        worker()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.doubts) == (State.SENT, 0)
    assert "rows.txt" in outbox()[0].as_string()


def test_what_cannot_be_written_has_not_begun(delivery, monkeypatch):
    monkeypatch.setattr(Delivery, "as_bytes", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        deliver(delivery.pk)

    delivery.refresh_from_db()
    assert (delivery.begun_at, delivery.attempts, delivery.doubts) == (None, 0, 0)


@pytest.fixture
def checked(settings, monkeypatch):
    """Somebody scans here, and says this once asked."""
    settings.CLAMAV = "127.0.0.1:1"

    def says(found: str | None) -> None:
        def scan(attachment: Attachment) -> None:
            if found is not None:
                attachment.judge(found)

        monkeypatch.setattr(jobs.keeping, "scan", scan)

    return says


def test_a_mail_waits_until_its_files_are_checked(case, sam, picture, checked, worker, outbox):
    checked(None)
    case.updates.send("See the picture.", by=sam, files=[picture])
    worker()
    assert outbox() == []

    Attachment.objects.get().judge("")
    with clock.at(clock.now() + timedelta(seconds=30)):
        worker()
    assert "''rows.txt" in outbox()[0].as_string()
    assert "Not in this mail" not in _text(outbox()[0])


def test_it_goes_without_what_nobody_checks_and_says_so(case, sam, picture, checked, worker, outbox):
    checked(None)
    case.updates.send("See the picture.", by=sam, files=[picture])
    with clock.at(clock.now() + timedelta(minutes=11)):
        worker()

    [mail] = outbox()
    assert "''rows.txt" not in mail.as_string()
    assert "- “rows.txt”: it is not checked for viruses yet" in _text(mail)
    assert f"/portal/cases/{case.number}/" in _text(mail)


def test_a_harmful_file_is_named_and_stays_here(case, sam, picture, checked, worker, outbox):
    checked("Eicar")
    case.updates.send("See the picture.", by=sam, files=[picture])
    with clock.at(clock.now() + timedelta(seconds=30)):
        worker()

    assert "- “rows.txt”: it was held back, for it is harmful" in _text(outbox()[0])


def test_what_is_too_large_for_a_mail_is_named(case, sam, picture, worker, outbox, monkeypatch):
    monkeypatch.setattr(letters, "MOST_ENCLOSED", 5)
    case.updates.send("See the picture.", by=sam, files=[picture])
    worker()

    assert "- “rows.txt”: it is too large for a mail" in _text(outbox()[0])
