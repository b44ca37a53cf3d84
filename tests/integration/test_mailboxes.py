"""Fetching from a real IMAP server: every mail once, whatever happens in between. Dovecot speaks; we listen."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from imapclient import SEEN

from tandem.cases.models import Case
from tandem.kit import clock
from tandem.submit.mailboxes import fetching, imap
from tandem.submit.models import Fetched, Mailbox, Submission
from tandem.submit.models.mailbox import Afterwards, Security
from tandem.submit.tests.mail import mail
from tests.integration.dovecot import PASSWORD

NUMBERS = iter(range(1, 1000))
pytestmark = pytest.mark.django_db


def letter(subject: str, *, body: str = "They stop at row 10,000.") -> bytes:
    return mail(sender="noor@initech.example", subject=subject, body=body).replace(b"\n", b"\r\n")


@pytest.fixture
def box(dovecot, ada) -> Mailbox:
    """A mailbox nobody has written to yet, as Ada sets it up."""
    return Mailbox.objects.set_up(
        by=ada,
        name="Support",
        address="support@tandem.example",
        host="127.0.0.1",
        port=dovecot.port,
        security=Security.PLAIN,
        username=f"support-{next(NUMBERS)}",
        password=PASSWORD,
    )


@pytest.fixture
def fetch(box) -> Callable[[], int]:
    """Come in and take what is new: `fetch()`."""

    def come_in() -> int:
        fresh = Mailbox.objects.get(pk=box.pk)
        with imap.connected(fresh) as server:
            return fetching.fetch(fresh, server)

    return come_in


def titles() -> list[str]:
    return sorted(Case.objects.values_list("title", flat=True))


def test_what_lies_there_becomes_cases_once(dovecot, box, fetch, worker):
    dovecot.put(box.username, letter("Exports stop"), letter("Imports stop"))

    assert (fetch(), fetch()) == (2, 0)
    worker()

    assert titles() == ["Exports stop", "Imports stop"]
    assert dovecot.holds(box.username) == {b"Exports stop": (), b"Imports stop": ()}


def test_a_mail_that_somebody_has_read_is_fetched_all_the_same(dovecot, box, fetch):
    dovecot.put(box.username, letter("Exports stop"), flags=(SEEN,))

    assert fetch() == 1


def test_the_bytes_are_those_that_lie_there(dovecot, box, fetch):
    raw = letter("Exports stop") + b"\r\n.\r\n\xff\x00".replace(b"\x00", b"") + b"\r\n"
    dovecot.put(box.username, raw)
    fetch()

    assert bytes(Submission.objects.get().raw) == raw
    assert Submission.objects.get().sent_to == ["support@tandem.example"]


@pytest.mark.parametrize(
    ("wish", "flags"), [(Afterwards.SEEN, {b"Exports stop": (SEEN,)}), (Afterwards.DELETE, {}), (Afterwards.MOVE, {})]
)
def test_afterwards_is_done_what_was_wished(dovecot, box, ada, fetch, wish, flags):
    box.change(by=ada, afterwards=wish, move_to="Done")
    dovecot.put(box.username, letter("Exports stop"))
    fetch()

    assert dovecot.holds(box.username) == flags
    if wish == Afterwards.MOVE:
        assert [*dovecot.holds(box.username, "Done")] == [b"Exports stop"]
    assert fetch() == 0


def test_only_what_is_new_if_so_wished(dovecot, ada, box, fetch):
    Mailbox.objects.filter(pk=box.pk).update(since=clock.now().date())
    dovecot.put(box.username, letter("Long ago"))
    assert fetch() == 0

    dovecot.put(box.username, letter("Exports stop"))

    assert fetch() == 1


def test_numbers_that_count_anew_bring_nothing_twice(dovecot, box, fetch, worker):
    dovecot.put(box.username, letter("Exports stop"), letter("Imports stop"))
    fetch()
    before = Mailbox.objects.get(pk=box.pk).uidvalidity

    dovecot.count_anew(box.username)
    dovecot.put(box.username, letter("Reports stop"))
    fetch()
    worker()

    assert Mailbox.objects.get(pk=box.pk).uidvalidity != before
    assert titles() == ["Exports stop", "Imports stop", "Reports stop"]
    assert Submission.objects.count() == 3


def test_the_same_mail_twice_in_the_folder_is_one(dovecot, box, fetch):
    same = letter("Exports stop")
    dovecot.put(box.username, same, same)
    fetch()

    assert (Submission.objects.count(), Fetched.objects.count()) == (1, 2)


def test_a_long_backlog_is_taken_in_batches(dovecot, box, fetch, monkeypatch):
    monkeypatch.setattr(fetching, "AT_ONCE", 7)
    monkeypatch.setattr(fetching, "BYTES_AT_ONCE", 1500)
    dovecot.put(box.username, *(letter(f"Export {n} stops") for n in range(30)))

    assert fetch() == 30


def test_a_backlog_can_be_left_half_way_and_goes_on_there(dovecot, box, fetch, monkeypatch):
    monkeypatch.setattr(fetching, "AT_ONCE", 2)
    dovecot.put(box.username, *(letter(f"Export {n} stops") for n in range(6)))
    answers = iter([False, True])
    fresh = Mailbox.objects.get(pk=box.pk)
    with imap.connected(fresh) as server:
        assert fetching.fetch(fresh, server, is_over=lambda: next(answers)) == 2

    assert fetch() == 4


def test_one_that_is_too_large_waits_in_quarantine_and_stops_nobody(dovecot, box, ada, fetch, worker, settings):
    settings.MAIL_LIMIT = 20_000
    box.change(by=ada, afterwards=Afterwards.DELETE)
    dovecot.put(box.username, letter("Before"), letter("Huge", body="x" * 70 + "\n" * 30_000), letter("After"))
    assert fetch() == 3
    worker()

    held = Submission.objects.quarantined().get()
    assert (held.subject_told, held.author_told) == ("Huge", "noor@initech.example")
    assert "TANDEM_MAIL_LIMIT" in held.reason
    assert bytes(held.raw).startswith(b"From:")
    assert titles() == ["After", "Before"]
    assert [*dovecot.holds(box.username)] == [b"Huge"]


def test_one_that_cannot_be_kept_stops_nobody(dovecot, box, fetch, monkeypatch):
    real = Submission.objects.accept_mail

    def refuse(raw, **told):
        if b"Cursed" in raw:
            raise ValueError("of this one there is nothing to be made")
        return real(raw, **told)

    monkeypatch.setattr(Submission.objects, "accept_mail", refuse)
    dovecot.put(box.username, letter("Before"), letter("Cursed"), letter("After"))

    assert fetch() == 3
    assert Submission.objects.quarantined().get().subject_told == "Cursed"


# Lines that break.


class Wire:
    """Between us and the server; cut when the server is told a word."""

    def __init__(self, port: int, word: bytes) -> None:
        self.word, self.there = word, port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            here, _address = self.listener.accept()
            there = socket.create_connection(("127.0.0.1", self.there))
            threading.Thread(target=self._carry, args=(here, there, self.word), daemon=True).start()
            threading.Thread(target=self._carry, args=(there, here, b""), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, word: bytes) -> None:
        with suppress(OSError):
            while (data := one.recv(65_536)) and not (word and word in data):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("word", [b"SEARCH", b"RFC822.SIZE", b"BODY.PEEK", b"STORE", b"EXPUNGE"])
def test_a_line_that_breaks_anywhere_loses_and_doubles_nothing(dovecot, box, ada, fetch, worker, word):
    wire = Wire(dovecot.port, word)
    box.change(by=ada, afterwards=Afterwards.DELETE, port=wire.port)
    dovecot.put(box.username, letter("Exports stop"), letter("Imports stop"))
    with pytest.raises(imap.Trouble, match="broke"):
        fetch()

    wire.word = b""
    fetch()
    worker()

    assert titles() == ["Exports stop", "Imports stop"]
    assert dovecot.holds(box.username) == {}


# What is said when we do not come in.


@pytest.fixture
def tried(box, ada, worker) -> Callable[..., str]:
    """Ada tries it: `tried(port=1)`, what she reads."""

    def try_out(**told) -> str:
        box.change(by=ada, **told)
        box.try_out()
        worker()
        return Mailbox.objects.get(pk=box.pk).tried_said

    return try_out


def test_a_trial_says_what_lies_there(dovecot, box, tried):
    dovecot.put(box.username, letter("Exports stop"))

    assert tried() == "We come in. There is 1 mail in “INBOX”."
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"password": "wrong"}, "does not let us in as support-"),
        ({"host": "nowhere.invalid"}, "There is no host “nowhere.invalid”."),
        ({"port": 1}, "Nobody listens at 127.0.0.1:1."),
        ({"folder": "Elsewhere"}, "The folder “Elsewhere” cannot be opened"),
        ({"security": Security.TLS}, "does not speak TLS as we expect"),
        ({"security": Security.STARTTLS}, "The certificate of 127.0.0.1 cannot be trusted"),
    ],
)
def test_a_trial_says_what_is_wrong(tried, told, sentence):
    assert sentence in tried(**told)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_the_line_is_encrypted_where_the_certificate_is_trusted(dovecot, certificate, tried, monkeypatch, security):
    trusted = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusted(cafile=certificate))
    port = dovecot.tls_port if security == Security.TLS else dovecot.port

    assert "We come in." in tried(security=security, port=port)


def test_a_secret_of_another_key_is_said(settings, tried):
    settings.SECRET_KEY = "another"

    assert "TANDEM_SECRET_KEY" in tried()
