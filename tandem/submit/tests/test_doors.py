"""The doors mail comes in by, from outside: SMTP as a mail server speaks it, and the pipe."""

import os
import smtplib
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection
from psycopg.conninfo import make_conninfo

from tandem.cases.models import Case, Message
from tandem.communicate.models import Update
from tandem.submit import arrival, smtp
from tandem.submit.models import State, Submission
from tandem.submit.tests.conftest import and_hang_up
from tandem.submit.tests.mail import SUPPORT, mail

MAIL = mail(sender="noor@initech.example").replace(b"\n", b"\r\n")


def _at_once(act: Callable, *arguments: object) -> list:
    """Do it with each argument, all at the same time."""
    with ThreadPoolExecutor(len(arguments)) as threads:
        return list(threads.map(and_hang_up(act), arguments))


def _send(line: smtplib.SMTP, raw: bytes = MAIL) -> None:
    line.sendmail("noor@initech.example", [SUPPORT], raw)


def test_yes_means_kept(emptied, line):
    _send(line)

    kept = Submission.objects.get()
    assert bytes(kept.raw) == MAIL
    assert (kept.sent_from, kept.sent_to, kept.state) == ("noor@initech.example", [SUPPORT], State.WAITING)


@pytest.mark.parametrize("address", ["root@tandem.example", "ana@northwind.example", "reply+x@elsewhere.example"])
def test_what_is_not_for_us_is_not_relayed(line, address):
    line.helo()
    line.mail("noor@initech.example")

    assert line.rcpt(address)[0] == 550


@pytest.mark.parametrize("address", ["Support@Tandem.Example", "reply+1-x@reply.tandem.example", "help@tandem.example"])
def test_all_our_addresses_are_known(line, settings, address):
    settings.MAIL_ADDRESSES = ["help@tandem.example"]
    line.helo()
    line.mail("noor@initech.example")

    assert line.rcpt(address)[0] == 250


def test_the_limit_is_said_before_and_kept(line, settings):
    line.ehlo()

    assert int(line.esmtp_features["size"]) == settings.MAIL_LIMIT
    with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
        line.sendmail("noor@initech.example", [SUPPORT], MAIL, mail_options=[f"size={settings.MAIL_LIMIT + 1}"])
    assert refusal.value.smtp_code == 552


def test_more_recipients_come_another_time(line):
    line.helo()
    line.mail("noor@initech.example")
    codes = [line.rcpt(SUPPORT)[0] for _n in range(smtp.MOST_RECIPIENTS + 1)]

    assert codes == [250] * smtp.MOST_RECIPIENTS + [452]


def test_nothing_is_not_a_mail(line):
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        _send(line, b"")

    assert refusal.value.smtp_code == 554


def test_trouble_of_ours_is_theirs_to_try_again(line, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("The disk is full")

    monkeypatch.setattr(Submission.objects, "accept_mail", fail)
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        _send(line)

    assert refusal.value.smtp_code == 451
    assert b"disk" not in refusal.value.smtp_error


def test_a_nearly_full_disk_takes_no_more(line, monkeypatch):
    monkeypatch.setattr(smtp, "_disk_is_low", lambda: True)
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        _send(line)

    assert refusal.value.smtp_code == 452


def test_lines_longer_than_the_standard_lets_them_are_taken(emptied, line):
    _send(line, MAIL + b"x" * 20_000)

    assert Submission.objects.exists()


# Once, whatever happens.


def test_the_same_mail_eight_times_at_once_is_one(emptied, worker):
    same = [MAIL] * 8

    kept = _at_once(lambda raw: Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT]).pk, *same)
    worker()

    assert len(set(kept)) == 1
    assert Message.objects.from_customer().count() == 1


def test_read_by_two_workers_at_once_it_lands_once(emptied):
    submission = Submission.objects.accept_mail(MAIL, sender="", recipients=[SUPPORT])

    _at_once(arrival.process, submission, Submission.objects.get(pk=submission.pk))

    assert (Case.objects.count(), Message.objects.from_customer().count()) == (1, 1)
    assert Case.objects.get().events.filter(verb="submission.landed").count() == 1


def test_the_same_mail_by_two_ways_lands_once(worker):
    for recipients in ([SUPPORT], [SUPPORT, "help@tandem.example"]):
        Submission.objects.accept_mail(MAIL, sender="", recipients=recipients)
    worker()

    assert Case.objects.count() == 1
    assert sorted(Submission.objects.values_list("state", flat=True)) == [State.LANDED, State.NOTED]


def test_two_workers_landing_the_same_mail_by_two_ways_land_it_once(emptied):
    ways = [
        Submission.objects.accept_mail(MAIL, sender="", recipients=recipients)
        for recipients in ([SUPPORT], [SUPPORT, "help@tandem.example"])
    ]

    def process(submission: Submission) -> None:
        try:
            arrival.process(submission)
        except Exception:
            arrival.process(submission)  # as on the next attempt

    _at_once(process, *ways)

    assert Case.objects.count() == 1


@pytest.mark.parametrize("moment", ["participants", "message", "landing"])
def test_what_dies_half_way_leaves_nothing_and_is_done_again(worker, monkeypatch, moment):
    class Killed(BaseException):
        pass

    def die(*args, **kwargs):
        raise Killed

    place = {
        "participants": (type(Case().participants), "begin"),
        "message": (type(Case().messages), "write"),
        "landing": (Submission, "land"),
    }[moment]
    submission = Submission.objects.accept_mail(MAIL, sender="", recipients=[SUPPORT])
    with monkeypatch.context() as patched:
        patched.setattr(*place, die)
        with pytest.raises(Killed):
            arrival.process(submission)
    assert (Case.objects.count(), Message.objects.count(), Update.objects.count()) == (0, 0, 0)

    worker()

    submission.refresh_from_db()
    assert (submission.state, Case.objects.count(), Update.objects.count()) == (State.LANDED, 1, 1)


# The pipe.


@pytest.fixture
def pipe() -> Callable:
    """`tandem mail deliver`, in a process of its own."""
    program = "from tandem.config.cli import main; main()"

    def deliver(raw: bytes, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-c", program, "mail", "deliver", *arguments],
            input=raw,
            env=os.environ | {"TANDEM_DATABASE_URL": _address(), **environment},
            capture_output=True,
            check=False,
        )

    return deliver


def _address() -> str:
    told = connection.settings_dict
    rest = {"host": told["HOST"], "port": told["PORT"]} | told["OPTIONS"]
    given = {key: value for key, value in rest.items() if value and key in ("host", "port")}
    return make_conninfo(dbname=told["NAME"], user=told["USER"], **given)


def test_the_pipe_ends_well_only_when_it_is_kept(emptied, pipe):
    done = pipe(MAIL, "--to", SUPPORT, "--from", "noor@initech.example")

    assert (done.returncode, done.stderr) == (0, b"")
    assert bytes(Submission.objects.get().raw) == MAIL


@pytest.mark.parametrize(("raw", "environment"), [(b" \n", {}), (MAIL * 100, {"TANDEM_MAIL_LIMIT": "10000"})])
def test_the_pipe_gives_back_what_is_no_mail_for_us(pipe, raw, environment):
    assert pipe(raw, **environment).returncode == 65


@pytest.mark.parametrize(
    "environment",
    [
        {"TANDEM_DATABASE_URL": "postgresql://127.0.0.1:1/nowhere"},
        {"TANDEM_MAIL_LIMIT": "plenty"},
        {"TANDEM_DATABASE_URL": "not an address"},
    ],
)
def test_the_pipe_asks_to_try_again_in_any_trouble_of_ours(pipe, environment):
    done = pipe(MAIL, **environment)

    assert done.returncode == 75
    assert done.stderr
