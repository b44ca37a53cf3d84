"""A mail server that leaves a mail out of its answer: nothing is skipped that is still there."""

import pytest

from tandem.submit.mailboxes import fetching
from tandem.submit.models import Mailbox, Submission
from tandem.submit.tests.mail import mail
from tandem.submit.tests.test_mailboxes import TOLD


class Server:
    """Mails by their number. It is silent about some of them, so often."""

    def __init__(self, mails: dict[int, bytes], silent: dict[int, int]) -> None:
        self.mails, self.silent = mails, silent

    def select_folder(self, folder: str, readonly: bool) -> dict:
        return {b"UIDVALIDITY": 1, b"UIDNEXT": 9}

    def search(self, asked: list) -> list[int]:
        wanted = asked[1]
        return [uid for uid in self.mails if wanted.endswith("*") or uid == int(wanted)]

    def fetch(self, uids: list[int], what: list[str]) -> dict:
        if what == ["RFC822.SIZE"]:
            return {uid: {b"RFC822.SIZE": 100} for uid in uids}
        return {uid: {b"BODY[]": self.mails[uid]} for uid in uids if uid in self.mails and not self._is_silent(uid)}

    def _is_silent(self, uid: int) -> bool:
        self.silent[uid] = self.silent.get(uid, 0) - 1
        return self.silent[uid] >= 0


@pytest.fixture
def fetched(ada):
    def fetch(silent: dict[int, int], *, gone: bool = False) -> list[str]:
        mails = {n: mail(sender="noor@initech.example", subject=f"Mail {n}") for n in (1, 2, 3)}
        server = Server(mails, silent)
        box = Mailbox.objects.set_up(by=ada, **TOLD)
        folder = fetching._Folder(box, server)
        new = [1, 2, 3]
        if gone:
            del mails[2]
        folder._new = lambda: new
        folder.fetch(lambda: False)
        return [row.state for row in Submission.objects.order_by("pk")]

    return fetch


def test_what_the_server_forgot_once_is_asked_for_again(fetched):
    assert fetched({2: 1}) == ["waiting"] * 3


def test_what_it_does_not_give_at_all_waits_where_a_person_sees_it(fetched):
    assert sorted(fetched({2: 9})) == ["quarantined", "waiting", "waiting"]


def test_what_was_deleted_meanwhile_is_no_trouble(fetched):
    assert fetched({}, gone=True) == ["waiting"] * 2
