"""Taking what lies in a folder: each mail once, whatever happens in between, and none in the way of the others.

What we have is said by our own rows, never by the marks over there: a mail that somebody has read is fetched, too.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from imapclient import DELETED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from tandem.cases.privacy.covering import covered
from tandem.kit import limited
from tandem.submit import known
from tandem.submit.mailboxes import imap
from tandem.submit.models import Mailbox
from tandem.submit.models.mailbox import Afterwards
from tandem.submit.parsing import Unparseable, read

log = logging.getLogger(__name__)

AT_ONCE = 100  # mails
BYTES_AT_ONCE = 20_000_000
HEAD = 64_000  # bytes, of one that is too large


def fetch(mailbox: Mailbox, server: IMAPClient, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Take what is new, do with it what was wished, and return how many. Raises `imap.Trouble`."""
    return _Folder(mailbox, server).fetch(is_over)


class _Folder:
    def __init__(self, mailbox: Mailbox, server: IMAPClient) -> None:
        self.mailbox, self.server = mailbox, server
        self.uidvalidity, uidnext = imap.opened(mailbox, server)
        if self.uidvalidity != mailbox.uidvalidity:
            mailbox.begin_at(self.uidvalidity, uidnext=uidnext)

    def fetch(self, is_over: Callable[[], bool]) -> int:
        taken = 0
        self._settle()
        for uids in _cut(self._new(), AT_ONCE):
            for group, size in self._groups(uids):
                if is_over():
                    return taken
                taken += self._take(group, size)
                self.mailbox.stand_at(self.uidvalidity, group[-1])
            self._settle()
        return taken

    def _new(self) -> list[int]:
        last, since = self.mailbox.last_uid, self.mailbox.fetch_from()
        asked: list[Any] = ["UID", f"{last + 1}:*"]
        # “8:*” means the newest, too, where that is 7.
        return sorted({uid for uid in self.server.search([*asked, "SINCE", since] if since else asked) if uid > last})

    def _groups(self, uids: Sequence[int]) -> Iterator[tuple[list[int], int]]:
        """As many as fit into memory, in order, with their size; one that is too large stands alone."""
        known = self.mailbox.fetched.known(self.uidvalidity, uids)
        sizes = self.server.fetch([uid for uid in uids if uid not in known] or [uids[-1]], ["RFC822.SIZE"])
        group: list[int] = []
        total = 0
        for uid in uids:
            size = 0 if uid in known else int(sizes.get(uid, {}).get(b"RFC822.SIZE", 0))
            if group and total + size > BYTES_AT_ONCE:
                yield group, total
                group, total = [], 0
            if size > settings.MAIL_LIMIT:
                if group:
                    yield group, total
                yield [uid], size
                group, total = [], 0
            else:
                group, total = [*group, uid], total + size
        if group:
            yield group, total

    def _take(self, group: list[int], size: int) -> int:
        if size > settings.MAIL_LIMIT and len(group) == 1:
            return self._hold_large(group[0], size)
        known = self.mailbox.fetched.known(self.uidvalidity, group)
        wanted = [uid for uid in group if uid not in known]
        try:
            bodies = self.server.fetch(wanted, ["BODY.PEEK[]"])
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            if len(wanted) > 1:
                return sum(self._take([uid], 0) for uid in wanted)
            return self._hold(wanted[0], b"", _("The mail server does not give it to us: {why}").format(why=error))
        return sum(self._keep(uid, bodies[uid]) if uid in bodies else self._ask_again(uid) for uid in wanted)

    def _ask_again(self, uid: int) -> bool:
        """The server left it out of its answer: gone for good it may be, and it says so, or else a person looks."""
        if told := self.server.fetch([uid], ["BODY.PEEK[]"]).get(uid):
            return self._keep(uid, told)
        if not self.server.search(["UID", str(uid)]):
            return False
        return self._hold(uid, b"", _("The mail server gives us nothing of it."))

    def _keep(self, uid: int, told: dict[bytes, Any]) -> bool:
        raw = told.get(b"BODY[]") or b""
        if not raw.strip():
            return self._hold(uid, b"", _("The mail server gives us nothing of it."))
        if len(raw) > settings.MAIL_LIMIT:
            return self._hold(uid, raw[:HEAD], _too_large(len(raw)))
        try:
            return self.mailbox.fetched.take(raw, uidvalidity=self.uidvalidity, uid=uid)
        except (OperationalError, InterfaceError):
            raise
        except (Error, ValueError):
            log.exception("The mail %s of %s could not be kept", uid, self.mailbox)
            return self._hold(uid, raw[:HEAD], _("It could not be kept as it is; the log of mail-fetch says why."))

    def _hold_large(self, uid: int, size: int) -> bool:
        told = self.server.fetch([uid], [f"BODY.PEEK[HEADER]<0.{HEAD}>"]).get(uid, {})
        head = next((value for key, value in told.items() if key.startswith(b"BODY[HEADER]")), b"")
        return self._hold(uid, head or b"", _too_large(size))

    def _hold(self, uid: int, head: bytes, why: str) -> bool:
        return self.mailbox.fetched.hold(head, why=why, uidvalidity=self.uidvalidity, uid=uid, **_told(head))

    def _settle(self) -> None:
        """What was wished for mails we have; also for those of a line that broke before."""
        rows = self.mailbox.fetched.unsettled(self.uidvalidity)
        while uids := list(rows.order_by("uid").values_list("uid", flat=True)[:AT_ONCE]):
            try:
                self._do(uids)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                told = _("Mails are taken in, but the mail server does not let us {do}: {why}")
                wish = Afterwards(self.mailbox.afterwards).label
                raise imap.Trouble(told.format(do=f"“{wish}”", why=error)) from error
            rows.filter(uid__in=uids).settle()

    def _do(self, uids: list[int]) -> None:
        match self.mailbox.afterwards:
            case Afterwards.SEEN:
                self.server.add_flags(uids, [SEEN], silent=True)
            case Afterwards.DELETE:
                self._delete(uids)
            case Afterwards.MOVE:
                self._move(uids, self.mailbox.move_to)

    def _move(self, uids: list[int], folder: str) -> None:
        if not self.server.folder_exists(folder):
            self.server.create_folder(folder)
        if self.server.has_capability("MOVE"):
            self.server.move(uids, folder)
        else:
            self.server.copy(uids, folder)
            self._delete(uids)

    def _delete(self, uids: list[int]) -> None:
        """Without UIDPLUS they stay marked: to expunge would take what others have marked along."""
        self.server.add_flags(uids, [DELETED], silent=True)
        if self.server.has_capability("UIDPLUS"):
            self.server.uid_expunge(uids)


def _told(head: bytes) -> dict[str, str]:
    """Who it says wrote it, and about what."""
    try:
        mail = read(head)
    except (Unparseable, limited.Hindered):
        return {}
    return {
        "author_told": known.author(mail),
        "subject_told": covered(mail.subject)[0][:300],
        "mail_id": mail.message_id,
    }


def _too_large(size: int) -> str:
    told = _("It has {size}, and TANDEM_MAIL_LIMIT is {limit}. It lies where it was; here are its headers.")
    return told.format(size=filesizeformat(size), limit=filesizeformat(settings.MAIL_LIMIT))


def _cut(uids: Sequence[int], length: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), length):
        yield uids[start : start + length]
