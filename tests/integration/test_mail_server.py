"""With a real mail server between us and everybody: Exim hands us mail in three ways and takes ours, Dovecot keeps Ana's."""

import email
import email.policy
import json
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import httpx
import pytest
from imapclient import IMAPClient

import tandem as tandem_package
from tandem.kit.postgres import Cluster
from tandem.kit.postgres.owner import may_reach
from tandem.submit.tests.mail import mail
from tests.integration import programs
from tests.integration.dovecot import PASSWORD, Dovecot
from tests.integration.exim import Exim
from tests.running import TANDEM, Installation, eventually

ANA = "ana@northwind.example"


@pytest.fixture(scope="module")
def exim(dovecot) -> Iterator[Exim]:
    with programs.folder("exim") as folder:
        yield Exim(folder, mail=dovecot.folder / "mail")


@pytest.fixture(scope="module")
def tandem(exim) -> Iterator[Installation]:
    """All of it, with Exim on both sides."""
    running = Installation(
        TANDEM_SMTP_URL=f"smtp://127.0.0.1:{exim.port}",
        TANDEM_LMTP=f"127.0.0.1:{exim.lmtp_port}",
        TANDEM_MAIL_ADDRESSES="lmtp@tandem.example pipe@tandem.example",
        TANDEM_SECRET_KEY="only-for-this-test-and-known-to-all-of-it",
    )
    exim.smtp_port = running.mail_port
    with exim, running:
        running.tokens = json.loads(running.django("story_set_the_stage"))
        yield running


@pytest.fixture(scope="module")
def api_of(tandem) -> Iterator[Callable[[str], httpx.Client]]:
    clients = {
        name: httpx.Client(base_url=f"{tandem.url}/api/v1/", headers={"authorization": f"Bearer {token}"}, timeout=30)
        for name, token in tandem.tokens.items()
    }
    yield clients.__getitem__
    for client in clients.values():
        client.close()


def case_titled(sam: httpx.Client, title: str) -> dict | None:
    found = [case for case in sam.get("cases").json()["items"] if case["title"] == title]
    assert len(found) < 2
    return found[0] if found else None


def letters_of(dovecot: Dovecot, name: str) -> list[EmailMessage]:
    with dovecot.as_user(name) as client:
        return read_all(client)


def read_all(client: IMAPClient) -> list[EmailMessage]:
    client.select_folder("INBOX", readonly=True)
    bodies = client.fetch(client.search("ALL"), ["BODY.PEEK[]"]).values()
    return [email.message_from_bytes(body[b"BODY[]"], policy=email.policy.default) for body in bodies]


def letter_about(dovecot: Dovecot, name: str, words: str) -> EmailMessage | None:
    """The letter somebody got whose text has these words."""
    for letter in letters_of(dovecot, name):
        if words in letter.get_body(("plain",)).get_content():
            return letter
    return None


@pytest.fixture
def pipe(tandem, exim) -> None:
    """`tandem mail deliver`, as Exim's user, who is the database's own."""
    program, told = _for_others(exim.folder)
    told |= {
        "TANDEM_DATABASE_URL": Cluster(tandem.data / "postgres").url,
        "TANDEM_SECRET_KEY": tandem.environment["TANDEM_SECRET_KEY"],
        "TANDEM_DATA": str(exim.folder / "data"),
    }
    words = " ".join(f"{name}={shlex.quote(value)}" for name, value in told.items())
    exim.pipe_through(f'exec env {words} {program} mail deliver --to "$RECIPIENT" --from "$SENDER"')


def _for_others(folder: Path) -> tuple[str, dict[str, str]]:
    """The command and what it must be told to run as somebody else.

    Where this Python lies in root's own home, which nobody else may enter, from another place: the same files linked.
    """
    if may_reach(Path(sys.executable).resolve()):
        return TANDEM, {}
    home = folder / "python"
    linked = subprocess.run(["cp", "-al", sys.base_prefix, home], capture_output=True, check=False)
    if linked.returncode:
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run(["cp", "-a", sys.base_prefix, home], check=True)
    packages = [sysconfig.get_path("purelib"), str(Path(tandem_package.__file__).parents[1])]
    told = {"PYTHONHOME": str(home), "PYTHONPATH": ":".join(packages), "LD_LIBRARY_PATH": str(home / "lib")}
    return f"{home}/bin/python{sys.version_info.major}.{sys.version_info.minor} -m tandem.config.cli", told


@pytest.mark.parametrize("way", ["support", "lmtp", "pipe"])
def test_what_the_mail_server_hands_us_becomes_a_case(tandem, exim, api_of, request, way):
    if way == "pipe":
        request.getfixturevalue("pipe")
    raw = mail(sender="noor@initech.example", to=f"{way}@tandem.example", subject=f"Exports stop, by {way}")

    exim.send("noor@initech.example", f"{way}@tandem.example", raw)

    try:
        eventually(lambda: case_titled(api_of("sam"), f"Exports stop, by {way}"), every=0.5)
    except AssertionError:
        pytest.fail(exim.said())


def test_an_update_goes_out_through_the_mail_server_and_the_answer_joins_the_case(tandem, exim, dovecot, api_of):
    sam = api_of("sam")
    exim.send(ANA, "support@tandem.example", mail(sender=f"Ana Lima <{ANA}>", subject="Imports stop"))
    case = eventually(lambda: case_titled(sam, "Imports stop"), every=0.5)

    sent = sam.post(f"cases/{case['number']}/updates", json={"body": "Which file was the last one?"})
    assert sent.is_success, sent.text
    letter = eventually(lambda: letter_about(dovecot, "ana", "Which file was the last one?"), every=0.5)

    back = parseaddr(letter["Reply-To"] or letter["From"])[1]
    answer = mail(
        sender=f"Ana Lima <{ANA}>", to=back, subject="Re: Imports stop", body="It was monday.csv.",
        in_reply_to=str(letter["Message-ID"]),
    )  # fmt: skip
    exim.send(ANA, back, answer)

    def joined() -> bool:
        """Ana's answer stands in the case."""
        messages = sam.get(f"cases/{case['number']}/messages").json()["items"]
        return any("monday.csv" in message["body"] for message in messages)

    eventually(joined, every=0.5)
    assert case_titled(sam, "Re: Imports stop") is None


def test_a_mailbox_is_fetched_while_its_server_comes_and_goes(tandem, dovecot, api_of):
    sam, ada = api_of("sam"), api_of("ada")
    reached = {"host": "127.0.0.1", "port": dovecot.port, "security": "plain", "username": "help", "password": PASSWORD}
    made = ada.post("mailboxes", json={"name": "Help", "address": "help@tandem.example", **reached})
    assert made.status_code == 201, made.text

    dovecot.put("help", mail(sender="noor@initech.example", subject="Fetched"))
    eventually(lambda: case_titled(sam, "Fetched"), every=0.5)
    eventually(lambda: ada.get("mailboxes").json()[0]["state"] == "works", every=0.5)

    dovecot.stop()
    dovecot.start()
    dovecot.put("help", mail(sender="noor@initech.example", subject="Fetched after all"))

    eventually(lambda: case_titled(sam, "Fetched after all"), every=0.5)
