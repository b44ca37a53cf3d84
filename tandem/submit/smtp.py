"""The door mail comes in by: SMTP and LMTP for mail servers to relay to. It says 250 only when the bytes are ours for good."""

import asyncio
import contextlib
import logging
import shutil
import signal
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import close_old_connections

from tandem.submit.addresses import is_taken_in
from tandem.submit.crowd import Crowd
from tandem.submit.lines import Line, LocalLine, tls
from tandem.submit.models import Submission

log = logging.getLogger(__name__)

MOST_RECIPIENTS = 100
WRITERS = 4
MOST_WAITING = 200
LEAST_FREE = 200_000_000  # bytes
PATIENCE = 20  # seconds for what is under way when we are asked to stop


class Door:
    """What we say to each command."""

    def __init__(self) -> None:
        self.writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="mail-in")
        self.crowd = Crowd()
        self.waiting = 0

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, name: str, features: list[str]
    ) -> list[str]:
        session.host_name = name
        # Nobody signs in here, whatever the library offers behind TLS.
        offered = [feature for feature in features if not feature.startswith("250-AUTH")]
        return [*offered[:-1], "250-PIPELINING", offered[-1]]

    async def handle_MAIL(  # noqa: N802
        self, server: Line, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self.crowd.may_send(server.peer):
            return "450 4.7.1 More mail than we take from one address within a minute, send the rest later"
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_taken_in(address):
            return "550 5.1.1 Nobody here has this address"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients, send the rest again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Line, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if not (envelope.content or b"").strip():
            return "554 5.6.0 There is nothing in it"
        if self.waiting >= MOST_WAITING or _disk_is_low():
            return "452 4.3.1 No room just now, try again later"
        try:
            await asyncio.wrap_future(self._keep(envelope, server.checked_by))
        except Exception:
            log.exception("A mail could not be kept")
            return "451 4.3.0 It could not be kept just now, try again later"
        return "250 2.0.0 OK, kept"

    def _keep(self, envelope: Envelope, checked_by: str) -> Future[None]:
        """It is under way until it is kept, even if the other side has hung up."""

        def settle(kept: Future[None]) -> None:
            self.waiting -= 1

        loop = asyncio.get_running_loop()
        self.waiting += 1
        kept = self.writers.submit(_accept, envelope, checked_by)
        kept.add_done_callback(lambda done: loop.call_soon_threadsafe(settle, done))
        return kept

    async def handle_exception(self, error: Exception) -> str:
        log.error("A mail server and we misunderstood each other", exc_info=error)
        return "451 4.3.0 Something went wrong here, try again later"


def _accept(envelope: Envelope, checked_by: str) -> None:
    close_old_connections()
    raw: Any = envelope.content
    sender = (envelope.mail_from or "").strip("<>")
    Submission.objects.accept_mail(raw, sender=sender, recipients=envelope.rcpt_tos, checked_by=checked_by)


def _disk_is_low() -> bool:
    return settings.DATA.exists() and shutil.disk_usage(settings.DATA).free < LEAST_FREE


async def listen(door: Door) -> list[asyncio.Server]:
    """Open the door at TANDEM_MAIL_HOST, TANDEM_MAIL_PORT, and at TANDEM_LMTP if that is set. Raises BadSetting."""
    tls()  # a certificate that cannot be used is said now, not to the first who asks for it
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(lambda: Line(door), settings.MAIL_HOST, settings.MAIL_PORT)]
    if isinstance(place := settings.LMTP, Path):
        with contextlib.suppress(FileNotFoundError):
            place.unlink()  # of the process before us
        servers.append(await loop.create_unix_server(lambda: LocalLine(door), place))
    elif place:
        servers.append(await loop.create_server(lambda: LocalLine(door), *place))
    return servers


async def serve() -> None:
    """Until asked to stop; then no new mail, and an answer for each that is under way."""
    asked_to_stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, asked_to_stop.set)
    door = Door()
    servers = await listen(door)
    log.info("Mail is taken in at %s:%s", settings.MAIL_HOST, settings.MAIL_PORT)
    await asked_to_stop.wait()
    for server in servers:
        server.close()
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while door.waiting and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)


def main() -> None:
    """Run the server, in a process of its own."""
    asyncio.run(serve())
