"""A real Dovecot on this machine: an IMAP server with mailboxes of its own, for as long as a test lasts."""

import shutil
import subprocess
from pathlib import Path

from imapclient import RECENT, IMAPClient

from tandem.config.tests.running import free_port
from tests.integration import programs

PASSWORD = "open-sesame-please"
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
ssl = {ssl}
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
{passdb}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
{more}
"""


class Dovecot:
    """`with Dovecot(folder) as server:` takes everybody who knows PASSWORD; each user has a mailbox of their own."""

    def __init__(
        self, folder: Path, *, certificate: Path | None = None, passdb: str = "", mechanisms: str = "plain"
    ) -> None:
        self.folder = folder
        self.port, self.tls_port = free_port(), free_port()
        self.output = folder / "output"
        user, group = programs.user()
        certificates = f"ssl_cert = <{certificate}\nssl_key = <{certificate}" if certificate else ""
        for name in ("run", "state", "mail", "home"):
            (folder / name).mkdir()
        (folder / "dovecot.conf").write_text(
            CONFIGURATION.format(
                folder=folder,
                user=user,
                group=group,
                port=self.port,
                tls_port=self.tls_port if certificate else 0,
                password=PASSWORD,
                ssl="yes" if certificate else "no",
                passdb=passdb,
                mechanisms=mechanisms,
                more=certificates,
            )
        )

    def __enter__(self) -> "Dovecot":
        programs.give(self.folder)
        self.start()
        return self

    def __exit__(self, *told: object) -> None:
        self.stop()

    def start(self) -> None:
        command = [programs.program("dovecot"), "-F", "-c", self.folder / "dovecot.conf"]
        self.process = programs.start(command, self.output)
        programs.await_port(self.port, self.process, self.output)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(programs.PATIENCE)

    def said(self) -> str:
        log = self.folder / "log"
        return log.read_text() if log.exists() else self.output.read_text()

    def as_user(self, name: str) -> IMAPClient:
        """Somebody's own mail program."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False)
        client.login(name, PASSWORD)
        return client

    def put(self, name: str, *mails: bytes, flags: tuple = (), folder: str = "INBOX") -> None:
        """Mails that somebody sent there."""
        with self.as_user(name) as client:
            for mail in mails:
                client.append(folder, mail, flags)

    def holds(self, name: str, folder: str = "INBOX") -> dict[bytes, tuple]:
        """What lies in a folder: the flags of each mail by its subject."""
        with self.as_user(name) as client:
            client.select_folder(folder, readonly=True)
            rows = client.fetch(client.search("ALL"), ["FLAGS", "ENVELOPE"]).values()
            return {row[b"ENVELOPE"].subject: tuple(flag for flag in row[b"FLAGS"] if flag != RECENT) for row in rows}

    def count_anew(self, name: str) -> None:
        """Forget the numbers of its mails, as after a restored backup: UIDVALIDITY changes."""
        self.stop()
        for file in (self.folder / "mail" / name).glob("dovecot*"):
            shutil.rmtree(file) if file.is_dir() else file.unlink()
        self.start()


def version() -> str:
    return subprocess.run([programs.program("dovecot"), "--version"], capture_output=True, text=True, check=True).stdout
