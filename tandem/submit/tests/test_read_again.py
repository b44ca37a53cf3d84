"""Our own trouble says nothing of a mail: it waits, and what ended in quarantine by it is read again by one click."""

from contextlib import suppress
from datetime import timedelta

import pytest

from tandem.kit import clock, limited
from tandem.submit.models import Cause, State, Submission
from tandem.submit.parsing import reading
from tandem.submit.tests.mail import SUPPORT, mail

MISDEEDS = "tandem.kit.tests.misdeeds"
HTML = mail(sender="noor@initech.example").replace(b"text/plain", b"text/html").replace(b"They", b"<b>They</b>")


def hindered(monkeypatch, how: str):
    """As on a machine that has no processes left, or no time, or whose kernel ends what takes memory."""
    limits, run = {}, limited.run
    monkeypatch.setattr(limited, "_pool", limited._Pool(1))
    if how == "not started":
        monkeypatch.setattr(limited.sys, "executable", "/nowhere/at/all")
    elif how == "starved":
        limits = {"wall_seconds": 0}
    asked = f"{MISDEEDS}:killed" if how == "killed" else f"{reading.__name__}:tell"
    monkeypatch.setattr(limited, "run", lambda _asked, raw, **told: run(asked, raw, **told | limits))


@pytest.mark.parametrize("how", ["not started", "starved", "killed"])
def test_a_mail_waits_while_the_machine_lets_nobody_read_and_then_lands_whole(monkeypatch, worker, how):
    submission = Submission.objects.accept_mail(HTML, sender="", recipients=[SUPPORT])
    with monkeypatch.context() as trouble:
        hindered(trouble, how)
        worker()
    submission.refresh_from_db()
    assert submission.state == State.WAITING

    with clock.at(clock.now() + timedelta(minutes=1)):
        worker()

    submission.refresh_from_db()
    assert submission.state == State.LANDED
    assert "<b>They</b>" in submission.message.html


def test_a_machine_without_processes_says_nothing_of_a_mail_however_long_it_lasts(monkeypatch, worker):
    submission = Submission.objects.accept_mail(HTML, sender="", recipients=[SUPPORT])
    hindered(monkeypatch, "not started")
    for minute in range(60):
        with clock.at(clock.now() + timedelta(minutes=minute)):
            worker()

    submission.refresh_from_db()
    assert (submission.state, submission.attempts) == (State.WAITING, 0)


def test_one_whose_readers_are_always_ended_waits_for_a_person(monkeypatch, worker):
    submission = Submission.objects.accept_mail(HTML, sender="", recipients=[SUPPORT])
    hindered(monkeypatch, "killed")
    for minute in range(30):
        with clock.at(clock.now() + timedelta(minutes=minute)):
            worker()

    submission.refresh_from_db()
    assert (submission.state, submission.cause) == (State.QUARANTINED, Cause.UNREADABLE)


@pytest.fixture
def unread(monkeypatch, worker) -> Submission:
    """Something of ours kept it from being read, and that is over."""
    submission = Submission.objects.accept_mail(HTML, sender="", recipients=[SUPPORT])
    with monkeypatch.context() as trouble:
        trouble.setattr(limited, "run", lambda *told, **limits: 1 / 0)
        for minute in range(30):
            with clock.at(clock.now() + timedelta(minutes=minute)), suppress(ZeroDivisionError):
                worker()
    submission.refresh_from_db()
    assert submission.state == State.QUARANTINED
    return submission


def test_sam_has_it_read_again_from_the_page(unread, sam, worker, at_the_desk):
    desk = at_the_desk(sam)
    assert "Read it again" in desk.get("/desk/quarantine/").text

    desk.post(f"/desk/quarantine/{unread.pk}/reading/")
    worker()

    unread.refresh_from_db()
    assert (unread.state, unread.message.author.email) == (State.LANDED, "noor@initech.example")


def test_a_program_has_it_read_again(unread, sam, erin, worker, by_api):
    assert by_api(erin).post(f"/api/v1/quarantine/{unread.pk}/reading").status_code == 403
    assert by_api(sam).post(f"/api/v1/quarantine/{unread.pk}/reading").status_code == 204
    worker()

    unread.refresh_from_db()
    assert unread.state == State.LANDED


def test_what_lies_elsewhere_is_not_read_again_by_its_beginning(sam, at_the_desk, by_api):
    held = Submission.objects.hold(HTML[:80], why="It is too large.", mark="1", recipients=[SUPPORT])

    assert "Read it again" not in at_the_desk(sam).get("/desk/quarantine/").text
    answer = by_api(sam).post(f"/api/v1/quarantine/{held.pk}/reading")

    assert (answer.status_code, Submission.objects.get().state) == (409, State.QUARANTINED)
