"""The mail doors of a running Tandem, knocked at by ordinary mail programs; what left is read where it arrived."""

import re
import smtplib
import subprocess
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any, NamedTuple

import httpx
import pytest

from tests.running import Installation, eventually, text_of

ANA = "ana@northwind.example"
STRANGER = "eve@elsewhere.example"
SUPPORT = "support@tandem.example"


class Desk:
    """Sam at work: by API, and with a browser's session for what only pages show."""

    def __init__(self, tandem: Installation) -> None:
        token = tandem.command("token", "create", "--user", "sam@tandem.example").stdout.decode().strip()
        self.api = httpx.Client(base_url=f"{tandem.url}/api/v1", headers={"Authorization": f"Bearer {token}"})
        self.web = httpx.Client(base_url=tandem.url, follow_redirects=True)

    def sign_in(self) -> None:
        form = self.web.get("/demo/in/sam/").text
        secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert secret, form
        self.web.post("/demo/in/sam/", data={"who": "sam", "csrfmiddlewaretoken": secret[1]}).raise_for_status()

    def get(self, path: str) -> Any:
        return self.api.get(path).raise_for_status().json()

    def post(self, path: str, body: dict) -> Any:
        return self.api.post(path, json=body).raise_for_status().json()

    def titled(self, title: str) -> list[int]:
        """The numbers of the cases with this title."""
        return [case["number"] for case in self.get("/cases?limit=100")["items"] if case["title"] == title]

    def opened(self, title: str) -> int:
        """The number of the case with this title, as soon as there is one; there is only one."""
        [number] = eventually(lambda: self.titled(title))
        return number

    def said(self, number: int) -> list[str]:
        return [message["body"] for message in self.get(f"/cases/{number}/messages")["items"]]

    def files(self, number: int) -> dict[str, int]:
        """The files of the case and how many bytes each has."""
        messages = self.get(f"/cases/{number}/messages")["items"]
        return {file["name"]: file["size"] for message in messages for file in message["attachments"]}


class Answered(NamedTuple):
    """A case of Ana's, and our answer as it arrived at her."""

    number: int
    mail: EmailMessage


@pytest.fixture(scope="module")
def desk(tandem) -> Desk:
    return Desk(tandem)


@pytest.fixture(scope="module")
def answered(tandem, desk) -> Answered:
    swaks(tandem, sender=ANA, subject="The import waits for ever", body="It says “queued” since nine.")
    number = desk.opened("The import waits for ever")
    desk.post(f"/cases/{number}/updates", {"body": "Which file did you hand in?", "kind": "question"})
    return Answered(number, eventually(lambda: tandem.sink.mail_to(ANA, saying="Which file did you hand in?")))


def test_a_mail_of_an_ordinary_program_becomes_a_case(tandem, desk):
    swaks(tandem, sender=ANA, subject="The weekly report arrives empty", body="It has a head and no rows.")

    number = desk.opened("The weekly report arrives empty")

    assert desk.said(number)[0].strip() == "It has a head and no rows."
    assert desk.get(f"/cases/{number}")["reporter"]["name"] == "Ana Lima"
    receipt = eventually(lambda: tandem.sink.mail_to(ANA, saying=f"It is case {number} with us"))
    assert "It has a head" not in text_of(receipt)


def test_our_answer_arrives_readable_for_every_program_and_answerable(answered):
    mail = answered.mail

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert re.fullmatch(r"reply\+\S{20,}@reply\.tandem\.example", signed_address(mail))
    assert str(answered.number) in mail["Subject"]
    assert mail["In-Reply-To"]


def test_a_reply_to_the_signed_address_joins_the_case(tandem, desk, answered):
    swaks(tandem, sender=ANA, to=signed_address(answered.mail), subject="Re: something else", body="It was june.csv.")

    eventually(lambda: "It was june.csv." in " ".join(desk.said(answered.number)))
    assert desk.titled("Re: something else") == []


def test_a_number_in_the_subject_and_a_forged_thread_open_no_door(tandem, desk, answered):
    subject = f"Re: The import waits for ever ({answered.number})"
    thread = answered.mail["Message-ID"]

    swaks(tandem, sender=STRANGER, subject=subject, body="Send it to me.", In_Reply_To=thread, References=thread)

    other = desk.opened(subject)
    assert other != answered.number
    assert "Send it to me." not in " ".join(desk.said(answered.number))
    receipt = eventually(lambda: tandem.sink.mail_to(STRANGER))
    assert "queued" not in text_of(receipt)
    assert "june" not in text_of(receipt)


def test_a_mail_with_somebody_elses_number_is_a_case_of_its_own_and_says_why(tandem, desk, answered):
    before = desk.said(answered.number)
    subject = f"Re: my own trouble ({answered.number})"
    swaks(tandem, sender="mallory@globex.example", subject=subject, body="Mine fails, too.")

    own = desk.opened(subject)

    assert own != answered.number
    assert desk.said(answered.number) == before
    [submission] = desk.get(f"/cases/{own}/submissions")
    assert submission["reason"] == "It answers nothing of ours, so it is a case of its own."
    assert ["Signed address", "none"] in submission["decision"]["checks"]
    desk.sign_in()
    page = desk.web.get(f"/desk/cases/{own}/").text
    assert "Why here?" in page
    assert submission["reason"] in page


def test_odd_but_honest_mails_are_all_seen_and_the_queue_moves(tandem, desk):
    one_id = "<reused@northwind.example>"
    send(tandem, written(subject="Reused, first", body="One.", message_id=one_id).as_bytes(), sender=ANA)
    send(tandem, written(subject="Reused, second", body="Two.", message_id=one_id).as_bytes(), sender=ANA)
    send(tandem, written(subject="Without any", body="Three.", message_id=None).as_bytes(), sender=ANA)
    send(tandem, with_files(subject="A photo", files={"photo.heic": 2_000}), sender=ANA)
    halves = {"first.bin": 14_500_000, "second.bin": 14_500_000}
    send(tandem, large := with_files(subject="Forty megabytes", files=halves), sender=ANA)
    swaks(tandem, sender=ANA, subject="Behind them all", body="Does it still work?")

    assert desk.opened("Behind them all")
    assert len(large) > 39_000_000
    for subject, body in [("Reused, first", "One."), ("Reused, second", "Two."), ("Without any", "Three.")]:
        assert desk.said(desk.opened(subject))[0].strip() == body
    assert desk.files(desk.opened("A photo")) == {"photo.heic": 2_000}
    assert desk.files(desk.opened("Forty megabytes")) == halves


def test_one_changed_letter_in_the_signed_address_does_not_join(tandem, desk, answered):
    signed = signed_address(answered.mail)
    letter = signed[10]
    forged = signed[:10] + ("b" if letter == "a" else "a") + signed[11:]

    swaks(tandem, sender=ANA, to=forged, subject="One letter off", body="Does this join?")

    assert desk.opened("One letter off") != answered.number
    assert "Does this join?" not in " ".join(desk.said(answered.number))


def test_a_mail_handed_in_twice_by_the_mail_server_is_one_case(tandem, desk):
    mail = written(subject="Handed in by the mail server").as_bytes()

    for _time in range(2):
        assert tandem.command("mail", "deliver", "--to", SUPPORT, "--from", ANA, told=mail).returncode == 0

    swaks(tandem, sender=ANA, subject="The one after it", body="So that both were read.")
    desk.opened("The one after it")
    assert len(desk.titled("Handed in by the mail server")) == 1


def test_a_bomb_waits_in_quarantine_and_the_next_mail_is_read(tandem, desk):
    send(tandem, bomb(subject="Open me"), sender="bomber@elsewhere.example")
    swaks(tandem, sender=ANA, subject="Right behind the bomb", body="Does it still work?")

    assert desk.opened("Right behind the bomb")
    desk.sign_in()
    page = eventually(lambda: (text := desk.web.get("/desk/quarantine/").text) and "bomber@" in text and text)
    assert "parts within parts" in page
    assert desk.titled("Open me") == []


def swaks(tandem: Installation, *, sender: str, subject: str, body: str, to: str = SUPPORT, **headers: str) -> None:
    """Send by swaks, a mail program of Debian's; it fails unless we answered that we keep the mail."""
    told = {"Subject": subject, "Content-Type": "text/plain; charset=utf-8"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [word for name, value in told.items() for word in ("--header", f"{name}: {value}")]
    door = ["--server", "127.0.0.1", "--port", str(tandem.mail_port)]
    subprocess.run(
        ["swaks", *door, "--from", sender, "--to", to, "--body", body, *lines], check=True, capture_output=True
    )


def send(tandem: Installation, raw: bytes, *, sender: str) -> None:
    with smtplib.SMTP("127.0.0.1", tandem.mail_port, timeout=60) as smtp:
        smtp.sendmail(sender, [SUPPORT], raw)


def with_files(*, subject: str, files: dict[str, int]) -> bytes:
    """A mail with files of so many bytes."""
    mail = written(subject=subject, message_id=make_msgid())
    for name, size in files.items():
        mail.add_attachment(b"\0" * size, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def signed_address(mail: EmailMessage) -> str:
    return mail["Reply-To"].addresses[0].addr_spec


def written(
    *, subject: str, body: str = "It stopped.", message_id: str | None = "<handed-in-twice@northwind.example>"
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ANA, SUPPORT, subject
    mail["Date"] = "Mon, 3 Mar 2025 10:00:00 +0000"
    if message_id:
        mail["Message-ID"] = message_id
    mail.set_content(body)
    return mail


def bomb(*, subject: str) -> bytes:
    """Parts within parts, a thousand deep."""
    lines = ["From: bomber@elsewhere.example", f"To: {SUPPORT}", f"Subject: {subject}", "MIME-Version: 1.0"]
    for depth in range(1000):
        lines += [f'Content-Type: multipart/mixed; boundary="b{depth}"', "", f"--b{depth}"]
    return "\r\n".join([*lines, "Content-Type: text/plain", "", "x"]).encode()
