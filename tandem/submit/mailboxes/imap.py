"""Coming in at a mail server elsewhere by IMAP. Every trouble is a sentence that says what to do."""

import imaplib
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.utils.translation import gettext as _
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from tandem.kit.errors import Refused
from tandem.submit.mailboxes import oauth
from tandem.submit.models import Mailbox
from tandem.submit.models.mailbox import Afterwards, Auth, Security

TO_CONNECT, TO_ANSWER = 15, 60  # seconds

# The answer to a search is one line; with the numbers of 100,000 mails it is nearly as long as the library reads.
imaplib._MAXLINE = 10_000_000  # type: ignore[attr-defined]
logging.getLogger("imapclient").setLevel(logging.WARNING)


class Trouble(Refused):
    """The mailbox cannot be fetched just now."""

    status = 503


@contextmanager
def connected(mailbox: Mailbox) -> Iterator[IMAPClient]:
    """Signed in. Raises `Trouble`, also for whatever goes wrong with the line while it is used."""
    with _sentences(mailbox), _dialled(mailbox) as server:
        _sign_in(mailbox, server)
        yield server


def opened(mailbox: Mailbox, server: IMAPClient) -> tuple[int, int]:
    """Open its folder; UIDVALIDITY and UIDNEXT. Where mails are left as they are, nothing can be changed by mistake."""
    try:
        told = server.select_folder(mailbox.folder, readonly=mailbox.afterwards == Afterwards.LEAVE)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        raise Trouble(
            _("The folder “{name}” cannot be opened: {why}").format(name=mailbox.folder, why=_text(error))
        ) from error
    return int(told[b"UIDVALIDITY"]), int(told.get(b"UIDNEXT", 1))


def _dialled(mailbox: Mailbox) -> IMAPClient:
    trusted = ssl.create_default_context()
    is_tls = mailbox.security == Security.TLS
    patience = SocketTimeout(connect=TO_CONNECT, read=TO_ANSWER)
    server = IMAPClient(
        mailbox.host, mailbox.port, ssl=is_tls, ssl_context=trusted if is_tls else None, timeout=patience
    )
    if mailbox.security == Security.STARTTLS:
        try:
            server.starttls(trusted)
        except BaseException:
            with suppress(Exception):
                server.shutdown()
            raise
    return server


def _sign_in(mailbox: Mailbox, server: IMAPClient) -> None:
    try:
        if mailbox.auth == Auth.PASSWORD:
            server.login(mailbox.username, mailbox.secret("password"))
        else:
            server.oauth2_login(mailbox.username, oauth.access_token(mailbox))
    except LoginError as error:
        if isinstance(error.__context__, IMAPClientAbortError):  # the library makes one of the other
            raise error.__context__ from None
        raise Trouble(
            _("{host} does not let us in as {user}: {why}").format(
                host=mailbox.host, user=mailbox.username, why=_text(error)
            )
        ) from error


@contextmanager
def _sentences(mailbox: Mailbox) -> Iterator[None]:
    place = f"{mailbox.host}:{mailbox.port}"
    try:
        yield
    except Refused as refusal:
        raise Trouble(refusal.sentence) from refusal
    except socket.gaierror as error:
        raise Trouble(_("There is no host “{host}”.").format(host=mailbox.host)) from error
    except ssl.SSLCertVerificationError as error:
        told = _("The certificate of {host} cannot be trusted: {why}.")
        raise Trouble(told.format(host=mailbox.host, why=error.verify_message)) from error
    except ssl.SSLError as error:
        told = _("{place} does not speak TLS as we expect: try another port, or the other way of encryption.")
        raise Trouble(told.format(place=place)) from error
    except TimeoutError as error:
        raise Trouble(_("{place} does not answer.").format(place=place)) from error
    except ConnectionRefusedError as error:
        raise Trouble(_("Nobody listens at {place}.").format(place=place)) from error
    except (IMAPClientError, OSError) as error:
        raise Trouble(_("The line to {place} broke: {why}").format(place=place, why=_text(error))) from error


def _text(error: Exception) -> str:
    """What the server said, on one line."""
    said = error.args[0] if error.args else ""
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(error)
    return " ".join(text.split())[:300]
