"""Mails made to cost minutes and gigabytes are refused, or read without their tangle, and the next one is read as ever.

The child may take 5 seconds of computing and 512 MB: what is asserted here is that a limit of ours, which says what is
wrong, comes first. `make bench` measures how far from those each of them stays.
"""

import pytest

from tandem.kit import limited
from tandem.submit.models import Cause, State, Submission
from tandem.submit.parsing import Unparseable, read, reading
from tandem.submit.tests.hostile_mails import READ, REFUSED, text, with_file
from tandem.submit.tests.mail import SUPPORT, mail

HONEST = text(b"They stop.", b"Subject: Exports stop")
MISDEEDS = "tandem.kit.tests.misdeeds"
# These cost most, or failed once, where the text is covered, indexed, cleaned, drawn and shown.
OUTSIDE = [
    "1 MB of words, each another",
    "1 MB of short words, each another",
    "100,000 comments",
    "700,000 letters and lines",
    "40,000 passwords, each another",
    "250,000 half tokens",
    "one password, everywhere",
    "NUL and lone halves",
    "a million boxes in boxes",
    "10,000 links",
    "a picture of 50 million pixels",
    "a picture with a text of 1 GB",
    "a JPEG drawn 2,000 times",
    "499 files",
    "quotes in quotes",
]


@pytest.mark.parametrize(("made", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_and_says_why_and_the_next_mail_is_read(made, reason):
    with pytest.raises(Unparseable) as refusal:
        read(made())

    assert refusal.value.sentence == reason
    assert read(HONEST).text == "They stop."


@pytest.mark.parametrize("made", READ.values(), ids=READ.keys())
def test_its_words_are_read_and_the_next_mail_too(made):
    assert "They stop." in read(made()).text
    assert read(HONEST).text == "They stop."


def test_a_file_arrives_whole():
    content = b"\xa5" * 26_000_000
    (file,) = read(with_file(content)).attachments

    assert file.content == content


def test_the_child_is_held_to_five_seconds_and_half_a_gigabyte():
    memory, seconds = limited.run(f"{MISDEEDS}:allowance", b"")

    assert 0 < memory <= 512 * 1024 * 1024
    assert 0 < round(seconds, 1) <= 5  # the kernel counts in ticks
    assert reading.FIRST_TRY + reading.SECOND_TRY <= 5


@pytest.mark.parametrize(
    ("misdeed", "reason"),
    [
        ("grow", "It took more memory than it may, so it was stopped."),
        ("spin", "It took more computing time than it may, so it was stopped."),
    ],
)
def test_what_spends_more_waits_for_a_person_and_the_next_lands(monkeypatch, worker, misdeed, reason):
    run = limited.run
    with monkeypatch.context() as hostile:
        hostile.setattr(reading, "FIRST_TRY", 1)
        hostile.setattr(reading, "SECOND_TRY", 1)
        hostile.setattr(limited, "run", lambda _asked, raw, **limits: run(f"{MISDEEDS}:{misdeed}", raw, **limits))
        spent = Submission.objects.accept_mail(HONEST, sender="", recipients=[SUPPORT])
        worker()
    following = Submission.objects.accept_mail(mail(sender="noor@initech.example"), sender="", recipients=[SUPPORT])
    worker()

    spent.refresh_from_db()
    following.refresh_from_db()
    assert (spent.state, spent.cause, spent.reason) == (State.QUARANTINED, Cause.UNREADABLE, reason)
    assert following.state == State.LANDED


# What the mail makes happen outside of the child


@pytest.mark.django_db
@pytest.mark.parametrize("name", OUTSIDE)
def test_it_is_seen_by_a_person_whatever_stands_in_it(worker, at_the_desk, sam, name):
    made = Submission.objects.accept_mail(READ[name](), sender="", recipients=[SUPPORT])
    worker()

    made.refresh_from_db()
    assert made.state == State.LANDED, made.reason
    desk = at_the_desk(sam)
    assert desk.get(f"/desk/cases/{made.case.number}/").status_code == 200
    if made.message.html:
        assert desk.get(made.message.frame_for(sam)).status_code == 200


def test_a_mail_no_child_survives_is_refused(monkeypatch):
    def stop(function: str, raw: bytes, **limits: int) -> None:
        raise limited.LimitExceeded("It took longer than it may, so it was stopped.")

    monkeypatch.setattr(limited, "run", stop)

    with pytest.raises(Unparseable, match="took longer than it may"):
        read(HONEST)
