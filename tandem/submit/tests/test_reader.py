"""The process that reads mail."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

from tandem.cases.models import Case
from tandem.customers.models import contact
from tandem.submit import arrival, reader
from tandem.submit.models import State, Submission
from tandem.submit.tests.mail import SUPPORT, mail
from tests.running import eventually

ANA, NOOR = "Ana <ana@northwind.example>", "Noor <noor@initech.example>"


def accepted(sender: str) -> Submission:
    return Submission.objects.accept_mail(mail(sender=sender), sender="", recipients=[SUPPORT])


@contextmanager
def reading() -> Iterator[None]:
    is_closing = threading.Event()
    works = threading.Thread(target=reader.read, args=[is_closing])
    works.start()
    try:
        yield
    finally:
        is_closing.set()
        works.join()


def lands(submission: Submission) -> None:
    eventually(lambda: Submission.objects.filter(pk=submission.pk, state=State.LANDED).exists())


def test_it_reads_what_waited_and_what_comes(emptied):
    before = accepted(ANA)

    with reading():
        lands(before)
        lands(accepted(NOOR))


def test_one_that_cannot_be_read_does_not_hold_up_the_next(emptied, monkeypatch, caplog):
    bad, _good = accepted(ANA), accepted(NOOR)
    process = arrival.process
    monkeypatch.setattr(arrival, "process", lambda one: 1 / 0 if one == bad else process(one))

    assert [arrival.read_next(keep_on=True) for _nth in range(3)] == [True, True, False]

    assert Case.objects.get().reporter.email == "noor@initech.example"
    assert Submission.objects.get(pk=bad.pk).state == State.WAITING
    assert f"Mail {bad.pk} could not be read" in caplog.text


def test_while_the_database_is_away_it_waits_and_goes_on(emptied, monkeypatch):
    mail_of_ana = accepted(ANA)
    times = iter([OperationalError("gone"), OperationalError("gone")])
    read_next = arrival.read_next

    def shaky(*told: object, **named: object) -> int:
        if error := next(times, None):
            raise error
        return read_next(*told, **named)

    monkeypatch.setattr(arrival, "read_next", shaky)
    monkeypatch.setattr(reader, "PAUSE", 0.05)
    with reading():
        lands(mail_of_ana)


def test_two_readers_who_meet_noor_at_the_same_moment_land_both_her_mails(emptied, monkeypatch):
    mails = [accepted(NOOR), accepted(NOOR)]
    both_looked, look = threading.Barrier(2), contact._with_address
    looks = iter([True, True])

    def looked(**told: str) -> list:
        found = look(**told)
        if next(looks, False):
            both_looked.wait(timeout=10)
        return found

    monkeypatch.setattr(contact, "_with_address", looked)
    with reading(), reading():
        for one in mails:
            lands(one)

    assert [one.attempts for one in Submission.objects.all()] == [1, 1]
    assert {case.reporter.email for case in Case.objects.all()} == {"noor@initech.example"}
