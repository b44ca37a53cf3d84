"""How mail servers are spoken with: TLS, LMTP, and bounds for those who send too much, too slowly or without end."""

import smtplib
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.db import OperationalError

from tandem.kit.env import BadSetting
from tandem.submit import lines, smtp
from tandem.submit.arrival import process
from tandem.submit.models import Submission
from tandem.submit.tests.mail import SUPPORT, mail

MAIL = mail(sender="noor@initech.example").replace(b"\n", b"\r\n")


def send(line: smtplib.SMTP, raw: bytes = MAIL) -> None:
    line.sendmail("noor@initech.example", [SUPPORT], raw)


def said(connection: socket.socket) -> bytes:
    """All that is said until the other side hangs up."""
    heard = b""
    try:
        while more := connection.recv(65_536):
            heard += more
    except ConnectionResetError:
        pass
    return heard


@pytest.fixture
def call(door, settings) -> Iterator:
    """Connections to our SMTP server, hung up afterwards."""
    with ExitStack() as stack:

        def dial(kind=smtplib.SMTP, place=None):
            place = place or (settings.MAIL_HOST, settings.MAIL_PORT)
            return stack.enter_context(kind(*place, timeout=10))

        yield dial


# TLS.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate of our own with its key."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", file, "-out", file]
    done = subprocess.run([*made, *subject], capture_output=True, check=True)
    if b"CERTIFICATE" not in file.read_bytes():
        file.write_bytes(done.stdout)
    return file


@pytest.fixture
def encrypted(settings, certificate) -> ssl.SSLContext:
    """We have a certificate; this knows it."""
    settings.MAIL_TLS_CERT = str(certificate)
    return ssl.create_default_context(cafile=certificate)


def test_mail_comes_in_encrypted(emptied, encrypted, call):
    line = call()
    line.starttls(context=encrypted)

    send(line)

    assert Submission.objects.get().sent_from == "noor@initech.example"
    assert "auth" not in line.esmtp_features


def test_without_a_certificate_nothing_is_offered(call):
    line = call()
    line.ehlo()

    assert "starttls" not in line.esmtp_features


def test_where_encryption_is_required_nothing_else_is_taken(encrypted, settings, call):
    settings.MAIL_TLS_REQUIRED = True
    line = call()
    line.ehlo()

    assert line.mail("noor@initech.example")[0] == 530

    line.starttls(context=encrypted)
    line.ehlo()
    assert line.mail("noor@initech.example")[0] == 250


def test_what_was_said_before_encryption_is_forgotten(encrypted, call):
    line = call()
    line.ehlo()
    line.mail("mallory@globex.example")
    line.starttls(context=encrypted)
    line.ehlo()

    assert line.rcpt(SUPPORT)[0] == 503


def test_a_certificate_that_cannot_be_used_is_said_at_the_start(settings, tmp_path):
    settings.MAIL_TLS_CERT = str(tmp_path / "none.pem")
    with pytest.raises(BadSetting, match=r"TANDEM_MAIL_TLS_CERT.*No such file"):
        lines.tls()

    (tmp_path / "none.pem").write_text("no certificate")
    with pytest.raises(BadSetting, match="TANDEM_MAIL_TLS_CERT"):
        lines.tls()


# LMTP.


@pytest.fixture
def local(call, settings) -> smtplib.LMTP:
    return call(smtplib.LMTP, settings.LMTP)


def answers_to(line: smtplib.SMTP, raw: bytes, recipients: int) -> list[int]:
    """What is said after the message, one for each recipient."""
    line.ehlo()
    line.mail("noor@initech.example")
    for _n in range(recipients):
        line.rcpt(SUPPORT)
    line.putcmd("data")
    assert line.getreply()[0] == 354
    line.send(raw + b"\r\n.\r\n")
    return [line.getreply()[0] for _n in range(recipients)]


def test_by_lmtp_each_recipient_is_answered(emptied, local):
    assert answers_to(local, MAIL, 3) == [250, 250, 250]
    assert local.noop()[0] == 250
    assert Submission.objects.get().sent_to == [SUPPORT]


def test_by_lmtp_each_recipient_hears_of_trouble(local, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(Submission.objects, "accept_mail", fail)

    assert answers_to(local, MAIL, 2) == [451, 451]
    assert local.noop()[0] == 250


def test_by_lmtp_each_recipient_hears_that_it_is_too_large(settings, call):
    settings.MAIL_LIMIT = 1000
    local = call(smtplib.LMTP, settings.LMTP)

    assert answers_to(local, MAIL + b"x" * 2000, 2) == [552, 552]
    assert local.noop()[0] == 250


def test_lmtp_is_not_smtp(local):
    assert local.docmd("ehlo", "mail.example")[0] == 500


def test_lmtp_on_a_socket_of_this_machine(emptied, settings, tmp_path):
    import asyncio

    settings.LMTP, settings.MAIL_PORT = tmp_path / "lmtp", 0

    async def deliver() -> None:
        servers = await smtp.listen(smtp.Door())
        reader, writer = await asyncio.open_unix_connection(settings.LMTP)
        writer.write(b"LHLO mail\r\nMAIL FROM:<a@mail.example>\r\nRCPT TO:<%s>\r\nQUIT\r\n" % SUPPORT.encode())
        heard = await reader.read()
        assert heard.count(b"250 2.1") == 2
        writer.close()
        for server in servers:
            server.close()

    asyncio.run(deliver())


# Bounds.


def test_what_is_too_large_is_refused_while_it_comes(settings, call):
    settings.MAIL_LIMIT = 1000
    line = call()

    assert answers_to(line, MAIL + b"x" * 2000, 1) == [552]
    assert line.noop()[0] == 250


@pytest.mark.parametrize("piece", [b"x" * 50_000, b"x" * 70 + b"\r\n"])
def test_what_never_ends_is_cut_off(settings, call, monkeypatch, piece):
    settings.MAIL_LIMIT = 10_000
    monkeypatch.setattr(lines, "FORMALITIES", 1000)
    line = call()
    line.ehlo()
    line.mail("mallory@globex.example")
    line.rcpt(SUPPORT)
    line.putcmd("data")
    line.getreply()

    with pytest.raises((OSError, smtplib.SMTPServerDisconnected)):
        for _n in range(100_000):
            line.send(piece)


def test_many_small_mails_on_one_line_are_not_too_much(emptied, settings, call, monkeypatch):
    settings.MAIL_LIMIT = 1000
    monkeypatch.setattr(lines, "FORMALITIES", 0)
    line = call()

    for n in range(20):
        send(line, MAIL + str(n).encode())

    assert Submission.objects.count() == 20


def test_who_is_too_slow_is_hung_up_on(door, settings, monkeypatch):
    monkeypatch.setattr(lines, "IDLE", 0.05)
    with socket.create_connection((settings.MAIL_HOST, settings.MAIL_PORT), timeout=10) as silent:
        assert said(silent).startswith(b"220 ")


def test_a_slow_message_that_goes_on_is_waited_for(emptied, call, monkeypatch):
    monkeypatch.setattr(lines, "PIECE", 10)
    line = call()
    line.ehlo()
    line.mail("noor@initech.example")
    line.rcpt(SUPPORT)
    line.putcmd("data")
    line.getreply()
    for n in range(0, len(MAIL), 10):
        line.send(MAIL[n : n + 10])
    line.send(b"\r\n.\r\n")

    assert line.getreply()[0] == 250


@pytest.fixture
def strangers(settings) -> None:
    """We are called from outside."""
    settings.MAIL_TRUSTED = [ip_network("192.0.2.0/24")]
    settings.MAIL_CONNECTIONS, settings.MAIL_RATE = 2, 2


def test_one_address_may_not_take_all_lines(strangers, call):
    first, _second = call(), call()
    with pytest.raises(smtplib.SMTPConnectError) as refusal:
        call()
    assert refusal.value.smtp_code == 421

    first.quit()

    assert call().noop()[0] == 250


def test_more_than_all_lines_are_told_to_come_back(call, monkeypatch):
    monkeypatch.setattr("tandem.submit.crowd.MOST_AT_ALL", 1)
    call()

    with pytest.raises(smtplib.SMTPConnectError) as refusal:
        call()
    assert refusal.value.smtp_code == 421


def test_one_address_may_send_so_many_a_minute(emptied, strangers, call):
    line = call()
    send(line)
    send(line)

    with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
        send(line)
    assert refusal.value.smtp_code == 450


def test_our_own_mail_servers_are_not_counted(emptied, strangers, settings, call):
    settings.MAIL_TRUSTED = [ip_network("127.0.0.0/8")]
    others = [call() for _n in range(5)]

    for other in others:
        send(other)


PROVEN = "mx.tandem.example; dmarc=pass header.from=northwind.example"


@pytest.mark.parametrize(("network", "counts"), [("127.0.0.0/8", True), ("192.0.2.0/24", False)])
def test_a_verdict_signed_with_our_name_counts_from_our_own_mail_servers_only(emptied, settings, call, network, counts):
    settings.AUTHSERV_ID, settings.MAIL_TRUSTED = "mx.tandem.example", [ip_network(network)]
    raw = mail(sender="Ana <ana@northwind.example>", authentication_results=PROVEN)

    call().sendmail("ana@northwind.example", [SUPPORT], raw)

    kept = Submission.objects.get()
    process(kept)
    kept.refresh_from_db()
    assert kept.message.verified is counts
