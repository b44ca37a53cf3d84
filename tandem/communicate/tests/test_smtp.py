"""The door out, with a real server on the other side of it."""

import socket
import threading
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import send_mail
from django.db import connection

from tandem.communicate import smtp
from tandem.communicate.jobs import deliver
from tandem.communicate.models import Delivery, State


class Server:
    """Takes everything, or says what it was told to say."""

    def __init__(self) -> None:
        self.taken: list = []
        self.says = {"RCPT": "250 OK", "DATA": "250 OK"}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.says["RCPT"]

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append(envelope)
        return self.says["DATA"]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def server(settings):
    handler, port = Server(), _free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    yield handler
    controller.stop()


@contextmanager
def _server_that_hangs_up_after_data(settings):
    listening = socket.create_server(("127.0.0.1", 0))
    settings.SMTP_URL = f"smtp://127.0.0.1:{listening.getsockname()[1]}"

    def talk() -> list[bytes] | None:
        line, _address = listening.accept()
        with line, line.makefile("rb") as heard:
            line.sendall(b"220 hello\r\n")
            for command in heard:
                line.sendall(b"354 go\r\n" if command.lower() == b"data\r\n" else b"250 fine\r\n")
                if command.lower() == b"data\r\n":
                    return list(iter(heard.readline, b".\r\n"))
        return None

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    yield
    thread.join(5)
    listening.close()


def word_of(address: str) -> str:
    return address.removeprefix("back+").partition("@")[0]


def _send() -> None:
    smtp.send(b"Subject: Hi\r\n\r\nHello.\r\n", sender="us@tandem.example", recipients=["ana@northwind.example"])


def test_a_mail_leaves(server):
    _send()

    [envelope] = server.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("us@tandem.example", ["ana@northwind.example"])
    assert envelope.content == b"Subject: Hi\r\n\r\nHello.\r\n"


@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
def test_four_hundreds_are_not_now(server, moment):
    server.says[moment] = "451 4.7.1 greylisted"

    with pytest.raises(smtp.NotNow, match="451: 4.7.1 greylisted") as caught:
        _send()
    assert not caught.value.is_doubtful


@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
def test_five_hundreds_are_never(server, moment):
    server.says[moment] = "550 5.1.1 no such user"

    with pytest.raises(smtp.Never, match="550: 5.1.1 no such user"):
        _send()


def test_nobody_there_is_not_now(settings):
    settings.SMTP_URL = f"smtp://127.0.0.1:{_free_port()}"

    with pytest.raises(smtp.NotNow, match="could not be reached"):
        _send()


def test_without_the_secrecy_we_asked_for_nothing_leaves(server, settings):
    settings.SMTP_URL += "?tls=start"

    with pytest.raises(smtp.NotNow):
        _send()
    assert server.taken == []


def test_silence_after_the_last_line_is_a_doubt(settings):
    with _server_that_hangs_up_after_data(settings), pytest.raises(smtp.NotNow) as caught:
        _send()

    assert caught.value.is_doubtful


def test_an_update_leaves_by_it_with_a_sender_that_brings_returned_mail_to_the_case(server, case, sam, worker):
    case.updates.send("We found the limit.", by=sam)
    worker()

    [envelope], delivery = server.taken, case.updates.get().deliveries.get()
    assert Delivery.objects.returned_to(word_of(envelope.mail_from)) == delivery
    assert delivery.state == State.SENT


@pytest.mark.parametrize("word", ["", "x", "1", "1-", "1-aaaa", "9" * 30 + "-a", "²-a"])
def test_a_sender_nobody_signed_names_no_delivery(case, sam, word):
    case.updates.send("We found the limit.", by=sam)

    assert Delivery.objects.returned_to(word) is None


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_we_speak_to_their_server(case, sam, monkeypatch):
    delivery, open_then = case.updates.send("We found the limit.", by=sam).deliveries.get(), []
    monkeypatch.setattr(smtp, "send", lambda *told, **named: open_then.append(connection.in_atomic_block))

    deliver(delivery.pk)

    assert open_then == [False]


def test_an_address_nobody_has_comes_back_at_the_door(server, case, sam, ana, worker):
    server.says["RCPT"] = "550 5.1.1 no such user"

    case.updates.send("We found the limit.", by=sam)
    worker()

    assert case.updates.get().deliveries.get().state == State.BOUNCED
    ana.contact.refresh_from_db()
    assert ana.contact.bounces == 1


def test_sign_in_codes_leave_by_it_too(server, settings):
    settings.EMAIL_BACKEND = "tandem.communicate.smtp.Backend"

    assert send_mail("Code", "123456", None, ["ana@northwind.example"]) == 1
    assert b"123456" in server.taken[0].content
    assert server.taken[0].mail_from == "<>"
