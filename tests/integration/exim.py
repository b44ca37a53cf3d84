"""A real Exim on this machine: the mail server between us and everybody else, for as long as a test lasts."""

import shutil
import smtplib
from pathlib import Path

import pytest

from tandem.config.tests.running import free_port
from tests.integration import programs

CONFIGURATION = """
primary_hostname = mail.example
spool_directory = {folder}/spool
log_file_path = {folder}/log-%s
pid_file_path = {folder}/pid
exim_user = {user}
exim_group = {group}
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
deliver_drop_privilege
keep_environment = PATH
acl_smtp_rcpt = anybody

begin acl
anybody:
  accept

begin routers
by_pipe:
  driver = accept
  condition = ${{if eq{{$local_part@$domain}}{{pipe@tandem.example}}}}
  transport = pipe
by_lmtp:
  driver = manualroute
  condition = ${{if eq{{$local_part@$domain}}{{lmtp@tandem.example}}}}
  transport = lmtp
  route_list = * 127.0.0.1
  self = send
by_smtp:
  driver = manualroute
  domains = tandem.example : reply.tandem.example
  transport = smtp
  route_list = * 127.0.0.1
  self = send
people:
  driver = accept
  local_parts = ana : noor
  transport = maildir

begin transports
pipe:
  driver = pipe
  command = {folder}/deliver
  temp_errors = 75
  return_fail_output
lmtp:
  driver = smtp
  protocol = lmtp
  port = {lmtp_port}
smtp:
  driver = smtp
  port = {smtp_port}
maildir:
  driver = appendfile
  directory = {mail}/$local_part_data
  maildir_format
  create_directory

begin retry
* * F,1h,2s
"""


class Exim:
    """Takes everything at `port`; hands ours to us by SMTP, LMTP or a pipe, and what is for Ana or Noor into maildirs below `mail`."""

    def __init__(self, folder: Path, *, mail: Path) -> None:
        self.folder, self.mail = folder, mail
        self.port, self.lmtp_port, self.smtp_port = free_port(), free_port(), free_port()
        self.output = folder / "output"

    def __enter__(self) -> "Exim":
        user, group = programs.user()
        told = {"folder": self.folder, "mail": self.mail, "user": user, "group": group, "port": self.port}
        ports = {"lmtp_port": self.lmtp_port, "smtp_port": self.smtp_port}
        (self.folder / "exim.conf").write_text(CONFIGURATION.format(**told, **ports))
        (self.folder / "spool").mkdir()
        programs.give(self.folder)
        self.process = programs.start([_program(), "-C", self.folder / "exim.conf", "-bdf", "-q2s"], self.output)
        programs.await_port(self.port, self.process, self.output)
        return self

    def __exit__(self, *told: object) -> None:
        self.process.terminate()
        self.process.wait(programs.PATIENCE)

    def pipe_through(self, command: str) -> None:
        """What `pipe@tandem.example` is handed to, told its RECIPIENT and SENDER by the environment."""
        script = self.folder / "deliver"
        script.write_text(f"#!/bin/sh\n{command}\n")
        script.chmod(0o755)

    def send(self, sender: str, recipient: str, raw: bytes) -> None:
        """As somebody's mail program does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=programs.PATIENCE) as line:
            line.sendmail(sender, [recipient], raw)

    def said(self) -> str:
        return "\n".join(log.read_text() for log in [self.output, *self.folder.glob("log-*")])


def _program() -> str:
    places = (shutil.which(name, path=programs.PLACES) for name in ("exim4", "exim"))
    return next(filter(None, places), None) or pytest.fail(
        "Exim is not installed: run bin/testkit, which says what to do."
    )
