"""Our SMTP and LMTP servers, as mail servers find them, and mails handed in behind them."""

import asyncio
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, connections


def free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


@pytest.fixture
def emptied(transactional_db) -> Iterator[None]:
    """Real commits, and no jobs left behind for the next test."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def and_hang_up(act: Callable) -> Callable:
    """In a thread of the test's: leave no connection to the database behind."""

    def done(*args):
        try:
            return act(*args)
        finally:
            connections.close_all()

    return done


@pytest.fixture
def door(settings, monkeypatch) -> Iterator:
    """Our SMTP and LMTP servers on free ports, in a thread of its own."""
    from tandem.submit import smtp

    settings.MAIL_HOST, settings.MAIL_PORT = "127.0.0.1", free_port()
    settings.LMTP = ("127.0.0.1", free_port())
    monkeypatch.setattr(smtp, "_accept", and_hang_up(smtp._accept))
    open_door, loop = smtp.Door(), asyncio.new_event_loop()
    servers = loop.run_until_complete(smtp.listen(open_door))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield open_door
    for server in servers:
        loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    open_door.writers.shutdown()


@pytest.fixture
def line(door, settings) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(settings.MAIL_HOST, settings.MAIL_PORT, timeout=10) as line:
        yield line


@pytest.fixture
def arrives(worker):
    """Hand in these bytes for these recipients, and let the workers work."""
    from tandem.submit.models import Submission
    from tandem.submit.tests.mail import SUPPORT

    def arrive(raw: bytes, *recipients: str):
        submission = Submission.objects.accept_mail(
            raw, sender="x@mail.example", recipients=recipients or [SUPPORT], checked_by="mx.tandem.example"
        )
        worker()
        submission.refresh_from_db()
        return submission

    return arrive


@pytest.fixture
def reply_address(case, ana) -> str:
    return f"reply+{case.participants.get(user=ana).word}@reply.tandem.example"
