"""The door mail leaves by, as TANDEM_SMTP_URL says: smtp://, smtps://, smtp://…?tls=start, or file:FOLDER.

Every failure is one of two: `NotNow`, worth another attempt, and `Never`.
"""

import secrets
import smtplib
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

PATIENCE = 30  # seconds for each answer of their server
OUR_OWN_TROUBLE = {530, 535}  # they want us to sign in, or to do it better: no fault of this mail


class NotNow(Exception):
    """It may work later. `is_doubtful`: the mail was handed over, but nobody said it was taken."""

    def __init__(self, sentence: str, *, is_doubtful: bool = False) -> None:
        super().__init__(sentence)
        self.is_doubtful = is_doubtful


class Never(Exception):
    """This mail will not be taken; the message says why, in their words. `is_about_them`: nobody there has the address."""

    def __init__(self, sentence: str, *, is_about_them: bool = False) -> None:
        super().__init__(sentence)
        self.is_about_them = is_about_them


class NoSuchRecipient(smtplib.SMTPResponseException):
    """Their answer to RCPT."""


def send(raw: bytes, *, sender: str, recipients: Sequence[str]) -> None:
    """Hand a whole message to the next server. `sender` is for the envelope; empty, nobody answers. Raises `NotNow`, `Never`."""
    where = urlsplit(settings.SMTP_URL)
    if where.scheme == "file":
        return _put_in(settings.DATA / where.path, raw)
    with _sentences(), _connected(where) as server:
        _must(server.mail(_ascii(sender), ["SMTPUTF8"] if not raw.isascii() and server.has_extn("smtputf8") else []))
        for recipient in recipients:
            _must(server.rcpt(_ascii(recipient)), NoSuchRecipient)
        _hand_over(server, raw)
    return None


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPResponseException as error:
        said = _("Their server said {code}: {text}").format(code=error.smtp_code, text=_text(error.smtp_error))
        if 500 <= error.smtp_code < 600 and error.smtp_code not in OUR_OWN_TROUBLE:
            raise Never(said, is_about_them=isinstance(error, NoSuchRecipient)) from error
        raise NotNow(said) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotNow(_("Their server could not be reached: {error}").format(error=error)) from error


@contextmanager
def _connected(where: Any) -> Iterator[smtplib.SMTP]:
    server = _dialled(where.scheme, where.hostname, where.port or 0)
    try:
        if parse_qs(where.query).get("tls") == ["start"]:
            server.starttls(context=ssl.create_default_context())
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        server.ehlo_or_helo_if_needed()
        yield server
    finally:
        server.close()


def _dialled(scheme: str, host: str, port: int) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=PATIENCE)


def _hand_over(server: smtplib.SMTP, raw: bytes) -> None:
    try:
        answer = server.data(raw)
    except smtplib.SMTPResponseException:
        raise
    except OSError as error:
        raise NotNow(_("The connection ended before their server answered."), is_doubtful=True) from error
    _must(answer)


def _must(
    answer: tuple[int, bytes], refusal: type[smtplib.SMTPResponseException] = smtplib.SMTPResponseException
) -> None:
    if not 200 <= answer[0] < 300:
        raise refusal(*answer)


def _ascii(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain.encode('idna').decode()}" if at else ""


def _text(said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:300]


def _put_in(folder: Any, raw: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{time.time_ns()}-{secrets.token_hex(4)}.new"
    draft.write_bytes(raw)
    draft.rename(draft.with_suffix(".eml"))


class Backend(BaseEmailBackend):
    """What Django and its libraries send (sign-in codes), by the same door."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = 0
        for message in email_messages:
            try:
                send(
                    message.message().as_bytes(linesep="\r\n"),  # type: ignore[call-arg]
                    sender="",  # a program wrote it
                    recipients=message.recipients(),
                )
                sent += 1
            except (NotNow, Never):
                if not self.fail_silently:
                    raise
        return sent
