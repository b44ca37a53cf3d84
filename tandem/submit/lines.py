"""One connection of a mail server, as SMTP and LMTP are spoken on it, with bounds for what is slow and what never ends."""

import ssl
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from django.conf import settings

from tandem.kit.env import BadSetting
from tandem.submit import crowd

IDLE = 120  # seconds without a word, and for each piece of a message
PIECE = 65_536  # bytes; less within IDLE is too slow
FORMALITIES = 1_000_000  # bytes of a conversation that are no message


class Line(SMTP):
    """Honest programs write lines far longer than the standard lets them."""

    line_length_limit = 65_536

    def __init__(self, door: Any) -> None:
        super().__init__(
            door,
            data_size_limit=settings.MAIL_LIMIT,
            enable_SMTPUTF8=True,
            hostname=settings.MAIL_FROM.rpartition("@")[2],
            ident="Tandem",
            tls_context=tls(),
            require_starttls=settings.MAIL_TLS_REQUIRED,
            timeout=IDLE,
        )
        self.door = door
        self.owed = PIECE
        self.heard = 0

    @property
    def peer(self) -> str:
        """The address of the other side; "" on a socket of this machine."""
        told = self.session.peer if self.session else None
        return str(told[0]) if isinstance(told, tuple) else ""

    @property
    def checked_by(self) -> str:
        """Whose verdict about senders comes along: our own mail server's, where that is who hands us the mail."""
        return settings.AUTHSERV_ID if crowd.is_ours(self.peer) else ""

    async def _handle_client(self) -> None:
        with self.door.crowd.entered(self.peer) as refusal:
            if refusal:
                await self.push(refusal)
                self._writer.close()
            else:
                await super()._handle_client()

    def data_received(self, data: bytes) -> None:
        """The library reads a message to its end, however long that is: who never ends is cut off here."""
        self.owed -= len(data)
        if self.owed <= 0:
            self.owed = PIECE
            self._reset_timeout()
        self.heard += len(data)
        if self.heard > 2 * settings.MAIL_LIMIT + FORMALITIES and self.transport:
            return self.transport.abort()  # type: ignore[attr-defined]
        return super().data_received(data)

    def _set_post_data_state(self) -> None:
        super()._set_post_data_state()
        self.heard = 0


class LocalLine(Line, LMTP):
    """LMTP: after a message each of its recipients is answered."""

    answers = 1

    @property
    def checked_by(self) -> str:
        """Nobody speaks LMTP to us but our own mail server."""
        return settings.AUTHSERV_ID

    async def push(self, status: Any) -> None:
        told, self.answers = [status] * self.answers, 1
        if str(status).startswith("354") and self.envelope:
            self.answers = len(self.envelope.rcpt_tos)
        await super().push("\r\n".join(told))


def tls() -> ssl.SSLContext | None:
    """The certificate we show, if any; one that was renewed counts from the next connection on. Raises BadSetting."""
    if not (cert := settings.MAIL_TLS_CERT):
        return None
    key = settings.MAIL_TLS_KEY or cert
    try:
        return _context(cert, key, Path(cert).stat().st_mtime_ns, Path(key).stat().st_mtime_ns)
    except OSError as error:  # of which those of ssl are
        reason = error.strerror or str(error)
        raise BadSetting(f"TANDEM_MAIL_TLS_CERT or …_KEY cannot be used: {error.filename or cert}: {reason}.") from None


@lru_cache(maxsize=4)
def _context(cert: str, key: str, *changed: int) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(cert, key)
    return made
