"""The door mail comes in by: a small SMTP server for mail servers to relay to. It says 250 only when the bytes are ours for good."""

import asyncio
import logging
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import close_old_connections

from tandem.submit.addresses import is_ours
from tandem.submit.models import Submission

log = logging.getLogger(__name__)

MOST_RECIPIENTS = 100
WRITERS = 4
MOST_WAITING = 200
LEAST_FREE = 200_000_000  # bytes
PATIENCE = 20  # seconds for what is under way when we are asked to stop


class Line(SMTP):
    """One connection. Honest programs write lines far longer than the standard lets them."""

    line_length_limit = 65_536


class Door:
    """What we say to each command."""

    def __init__(self) -> None:
        self.writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="mail-in")
        self.waiting = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_ours(address):
            return "550 5.1.1 Nobody here has this address"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients, send the rest again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if not (envelope.content or b"").strip():
            return "554 5.6.0 There is nothing in it"
        if self.waiting >= MOST_WAITING or _disk_is_low():
            return "452 4.3.1 No room just now, try again later"
        self.waiting += 1
        try:
            await asyncio.get_running_loop().run_in_executor(self.writers, _accept, envelope)
        except Exception:
            log.exception("A mail could not be kept")
            return "451 4.3.0 It could not be kept just now, try again later"
        finally:
            self.waiting -= 1
        return "250 2.0.0 OK, kept"

    async def handle_exception(self, error: Exception) -> str:
        log.error("A mail server and we misunderstood each other", exc_info=error)
        return "451 4.3.0 Something went wrong here, try again later"


def _accept(envelope: Envelope) -> None:
    close_old_connections()
    raw: Any = envelope.content
    Submission.objects.accept_mail(raw, sender=envelope.mail_from or "", recipients=envelope.rcpt_tos)


def _disk_is_low() -> bool:
    return settings.DATA.exists() and shutil.disk_usage(settings.DATA).free < LEAST_FREE


async def listen(door: Door) -> asyncio.Server:
    """Open the door at TANDEM_MAIL_HOST, TANDEM_MAIL_PORT."""
    name = settings.MAIL_FROM.rpartition("@")[2]

    def line() -> SMTP:
        return Line(door, data_size_limit=settings.MAIL_LIMIT, enable_SMTPUTF8=True, hostname=name, ident="Tandem")

    return await asyncio.get_running_loop().create_server(line, settings.MAIL_HOST, settings.MAIL_PORT)


async def serve() -> None:
    """Until asked to stop; then no new mail, and an answer for each that is under way."""
    asked_to_stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, asked_to_stop.set)
    door = Door()
    server = await listen(door)
    log.info("Mail is taken in at %s:%s", settings.MAIL_HOST, settings.MAIL_PORT)
    await asked_to_stop.wait()
    server.close()
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while door.waiting and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)


def main() -> None:
    """Run the server, in a process of its own."""
    asyncio.run(serve())
