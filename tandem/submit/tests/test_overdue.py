"""Mail that we accepted and do not read is seen by somebody, whatever keeps it."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header

import pytest

from tandem.kit import clock, later, say
from tandem.submit import arrival, overdue
from tandem.submit.models import State, Submission
from tandem.submit.tests.mail import SUPPORT, mail

MINUTE = timedelta(minutes=1)
LIST = "/desk/quarantine/?state=waiting"


HALF_PAST = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def as_of(span: timedelta) -> AbstractContextManager:
    """So long after half past ten."""
    return clock.at(HALF_PAST + span)


@pytest.fixture
def waiting(db) -> Submission:
    """Nobody reads: the process is down."""
    return accepted("noor")


def accepted(name: str) -> Submission:
    """At half past ten."""
    raw, sender = mail(sender=f"{name.title()} <{name}@initech.example>"), f"{name}@initech.example"
    with clock.at(HALF_PAST):
        return Submission.objects.accept_mail(raw, sender=sender, recipients=[SUPPORT])


def test_ada_sees_on_every_page_that_accepted_mail_is_not_read(waiting, ada, sam, at_the_desk):
    with as_of(4 * MINUTE):
        assert "Accepted mail is not read" not in at_the_desk(ada).get("/desk/queue/").text

    with as_of(6 * MINUTE):
        page = at_the_desk(ada).get("/desk/queue/").text
        other = at_the_desk(sam).get("/desk/queue/").text

    assert "Accepted mail is not read." in page
    assert "tandem mail-read" in page
    assert LIST in page
    assert "Accepted mail is not read" not in other


def test_what_is_read_alarms_nobody(waiting, worker, ada, at_the_desk):
    arrival.read_next()

    with as_of(timedelta(days=1)):
        assert "Accepted mail is not read" not in at_the_desk(ada).get("/desk/queue/").text


def test_while_files_cannot_be_kept_it_is_said_too(waiting, ada, at_the_desk, monkeypatch):
    def away(one: Submission) -> None:
        raise OSError("the key is wrong")

    monkeypatch.setattr(arrival, "process", away)
    for minute in range(7):
        with as_of(minute * MINUTE):
            arrival.read_next()

    with as_of(7 * MINUTE):
        assert "Accepted mail is not read." in at_the_desk(ada).get("/desk/queue/").text


def test_what_somebody_let_through_just_now_is_not_late(sam, ada, at_the_desk, worker):
    raw = mail(sender="noor@initech.example", precedence="bulk")
    with as_of(0 * MINUTE):
        submission = Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT])
    worker()
    submission.refresh_from_db()

    with as_of(60 * MINUTE):
        submission.release(by=sam, contact="noor@initech.example")
        assert "Accepted mail is not read" not in at_the_desk(ada).get("/desk/queue/").text


def test_administrators_get_a_mail_once_an_hour_as_long_as_it_lasts(waiting, ada, max, worker, outbox, monkeypatch):
    monkeypatch.setattr(later, "ALSO", [])  # only jobs are done, no mail is read
    for minute in (1, 29, 30, 31, 88, 89, 90):  # 10:59, 11:00, 11:01, 11:58, 11:59, 12:00
        with as_of(minute * MINUTE):
            overdue.watch()
            worker()

    told = outbox()
    assert [mail["To"] for mail in told] == ["Ada Novak <ada@tandem.example>"] * 2
    assert "Accepted mail is not read" in str(make_header(decode_header(told[0]["Subject"])))
    texts = [part.get_payload(decode=True).decode() for part in told[0].walk() if not part.is_multipart()]
    assert "tandem mail-read" in texts[0]


def test_the_oldest_is_what_came_first_however_often_it_was_tried(ada, at_the_desk, monkeypatch):
    monkeypatch.setattr(arrival, "process", lambda one: 1 / 0)
    accepted("noor")
    arrival.read_next(keep_on=True)
    with as_of(2 * MINUTE):
        raw = mail(sender="omar@initech.example")
        Submission.objects.accept_mail(raw, sender="omar@initech.example", recipients=[SUPPORT])

    with as_of(8 * MINUTE):
        assert f"The oldest came {say.moment(HALF_PAST)}." in at_the_desk(ada).get("/desk/queue/").text


def test_sam_finds_it_in_a_list_of_its_own(waiting, sam, at_the_desk, by_api):
    page = at_the_desk(sam).get(LIST).text

    assert "noor@initech.example" in page
    assert "Let it through" not in page
    assert "Bring it back" not in page
    listed = by_api(sam).get("/api/v1/quarantine?state=waiting").json()["items"]
    assert [(row["id"], row["state"]) for row in listed] == [(waiting.pk, "waiting")]


def test_one_that_fails_for_its_own_sake_is_in_quarantine_within_half_an_hour(waiting, monkeypatch, caplog):
    monkeypatch.setattr(arrival, "process", lambda one: 1 / 0)

    for minute in range(30):
        with as_of(minute * MINUTE):
            arrival.read_next(keep_on=True)

    waiting.refresh_from_db()
    assert waiting.state == State.QUARANTINED
