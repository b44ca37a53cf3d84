"""A text that came in by every door and was said again in every room is erased with one act, and stands nowhere any more."""

import json
from base64 import b64encode
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from psycopg import sql

from tandem.cases import keeping
from tandem.cases.audience import Audience
from tandem.cases.models import Attachment
from tandem.cases.privacy import erasing_files
from tandem.kit import clock, files
from tandem.learn.models import Article
from tandem.submit.models import Submission

pytestmark = pytest.mark.django_db

WORDS = "correct horse battery staple 4711"


def test_what_stood_everywhere_stands_nowhere(case, ana, sam, erin, platform, by_api, worker, settings):
    _say_it_everywhere(case, ana, sam, erin, platform, by_api, worker)
    assert {"cases_message", "cases_event", "submit_submission", "api_answer", "learn_article"} <= _tables_with(WORDS)

    case.erasures.erase(WORDS, by=sam, why="Pasted by mistake")

    assert _tables_with(WORDS) == set()


def test_digits_are_taken_out_of_words_and_spoil_no_number_and_no_moment(case, sam):
    told = {
        "title": "The code is 100412.",
        "kind": "bulk",
        "did": "",
        "n": 10041277,
        "at": "2026-11-27T10:00:41.100412+00:00",
    }
    event = case.record("run.made", by=sam, **told)

    case.erasures.erase("100412", by=sam, why="A code that still works")

    event.refresh_from_db()
    assert event.facts == told | {"title": "The code is ██████."}


def test_what_stood_in_files_of_every_door_rests_nowhere(case, ana, sam, at_the_desk, working, settings):
    _send_it_by_every_door(case, ana, sam, at_the_desk, working)
    told = list(Attachment.objects.select_related("message__case"))
    assert {(file.name, file.search) for file in told} == {
        ("mail.txt", "plain"),
        ("mail.har", "covered"),
        ("reply.log", "covered"),
        ("note.env", "covered"),
        ("update.txt", "plain"),
        ("cut.har", "closed"),
        ("wide.txt", "plain"),
        ("core", "plain"),
        ("report.txt", "plain"),
        ("draft.json", "covered"),
    }
    # What is sealed or of two bytes a letter does not show it, so that it is gone is seen by what is there no more.
    assert len(_files_with(settings.DATA / "files", WORDS)) == 8
    sealed = [file.original for file in told if file.original]

    for one in {file.message.case for file in told}:
        one.erasures.erase(WORDS, by=sam, why="Sent by mistake")
    assert not any(erasure.is_finished for erasure in case.erasures.all())
    working()

    assert _files_with(settings.DATA / "files", WORDS) == []
    assert _files_with(settings.DATA / "files", WORDS, "utf-16-le") == []
    assert not {path.name for path in (settings.DATA / "files").rglob("*")} & set(sealed)
    assert _mails_with(WORDS) == 0
    assert all(erasure.is_finished for erasure in case.erasures.all())
    assert _tables_with(WORDS) == set()
    _what_is_left_is_still_good(told, at_the_desk(sam))


def test_what_waits_to_be_said_is_looked_through_too(case, ana, sam, working, settings):
    words = {"promise_at": clock.now() + timedelta(hours=9), "leaves_at": clock.now() + timedelta(hours=1)}
    case.planned_updates.plan("Here.", by=sam, files=[files.store([WORDS.encode()], name="plan.txt")], **words)

    case.erasures.erase(WORDS, by=sam, why="Attached by mistake")
    working()

    assert _files_with(settings.DATA / "files", WORDS) == []
    told = case.planned_updates.get()
    assert [files.Stored(*file).name for file in told.files] == ["plan.txt"]


def test_what_cannot_be_read_is_destroyed_and_keeps_nothing_else_from_being_erased(case, ana, sam, working, settings):
    _mail_with_files(case, ana, {"nested.eml": _nested(), "later.txt": WORDS.encode()})
    working()
    Submission.objects.accept_mail(_nested(f"From: {ana.email}\nSubject: x\n"), sender=ana.email, recipients=[])
    working()
    hostile = Submission.objects.get(state="quarantined")
    hostile.release(by=sam, contact=ana.email, into=case)
    working()

    case.erasures.erase(WORDS, by=sam, why="Sent by mistake")
    working()

    assert case.erasures.get().is_finished
    assert _files_with(settings.DATA / "files", WORDS) == []
    told = dict(Attachment.objects.values_list("name", "search"))
    assert told == {"nested.eml": "erased", "later.txt": "plain", "message.eml": "erased"}
    hostile.refresh_from_db(fields=["raw"])
    assert bytes(hostile.raw) == b""


def test_an_erasure_that_was_given_up_on_is_tried_again_and_said(case, ana, sam, working, settings, caplog):
    case.messages.write(
        "Here.", by=ana, audience=Audience.CUSTOMER, files=[files.store([WORDS.encode()], name="a.txt")]
    )
    case.erasures.erase(WORDS, by=sam, why="Sent by mistake")
    erasing_files.erase_what_waits()
    assert not case.erasures.get().is_finished  # its own job has it

    with clock.at(clock.now() + erasing_files.LATE * 2):
        erasing_files.erase_what_waits()

    assert "1 erasures" in caplog.text
    assert case.erasures.get().is_finished
    assert Attachment.objects.get().size < len(WORDS)


def test_an_erasure_that_cannot_be_finished_keeps_no_other_waiting(case, mallorys_case, sam, settings, caplog):
    case.erasures.erase(WORDS, by=sam, why="Sent by mistake")
    settings.SECRET_KEY = "another"
    mallorys_case.erasures.erase(WORDS, by=sam, why="Sent by mistake")

    with clock.at(clock.now() + erasing_files.LATE * 2):
        erasing_files.erase_what_waits()

    assert "another TANDEM_SECRET_KEY" in caplog.text
    assert (case.erasures.get().is_finished, mallorys_case.erasures.get().is_finished) == (False, True)


def _nested(head: str = "") -> bytes:
    """A mail of a thousand parts, each within another: no reader comes to its end."""
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(1000))
    return f"{head}MIME-Version: 1.0\n{parts}Content-Type: text/plain\n\nHello\n".encode()


@pytest.fixture
def working(worker, django_capture_on_commit_callbacks):
    """Do all jobs, with what they do once they are committed."""

    def work() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            worker()

    return work


SECRET = "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"
HAR = {"log": {"entries": [{"request": {"cookies": [{"name": "sid", "value": "s-1"}], "postData": {"text": WORDS}}}]}}


def _send_it_by_every_door(case: Any, ana: Any, sam: Any, at_the_desk: Any, working: Any) -> None:
    told = WORDS.encode()
    har = json.dumps(HAR).encode()
    covered = told + b"\n" + SECRET.encode()
    _mail_with_files(case, ana, {"mail.txt": told, "mail.har": har, "cut.har": har[:-5], "core": b"\0" + told})
    _mail_with_files(case, ana, {"wide.txt": WORDS.encode("utf-16")})
    browser = at_the_desk(ana)
    _post(browser, f"/portal/cases/{case.number}/messages/", {"body": "Here."}, {"reply.log": covered})
    _post(browser, "/portal/report/draft/", REPORT, {"draft.json": covered})
    _post(browser, "/portal/report/", REPORT, {"report.txt": told})
    ours = at_the_desk(sam)
    _post(ours, f"/desk/cases/{case.number}/messages/", {"body": "Look.", "audience": "support"}, {"note.env": covered})
    promised = {"body": "Here.", "audience": "customer", "promise": "4h"}
    _post(ours, f"/desk/cases/{case.number}/messages/", promised, {"update.txt": told})
    working()


REPORT = {"title": "Exports stop", "body": "At row 10,000.", "once": "drawn"}


def _post(browser: Any, address: str, words: dict[str, str], attached: dict[str, bytes]) -> None:
    told = [SimpleUploadedFile(name, content) for name, content in attached.items()]
    answer = browser.post(address, words | {"files": told})
    assert answer.status_code in (200, 204, 302), answer.text


def _mail_with_files(case: Any, ana: Any, attached: dict[str, bytes]) -> None:
    to = f"reply+{case.participants.get(user=ana).word}@reply.tandem.example"
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ana.email, to, "Files"
    message.set_content("Here they are.")
    for name, content in attached.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    Submission.objects.accept_mail(message.as_bytes(), sender=ana.email, recipients=[to])


def _mails_with(words: str) -> int:
    raws = [bytes(raw) for raw in Submission.objects.values_list("raw", flat=True)]
    needle = words.encode()
    return sum(
        needle in (part.get_payload(decode=True) or b"") for raw in raws for part in message_from_bytes(raw).walk()
    )


def _what_is_left_is_still_good(told: list[Attachment], browser: Any) -> None:
    for file in told:
        file.refresh_from_db()
    by_name = {file.name: file for file in told}
    assert b"".join(files.read(by_name["mail.txt"].stored_as)) == "██████".encode()
    assert json.loads(b"".join(files.read(by_name["mail.har"].stored_as)))["log"]["entries"]
    for name in ("core", "cut.har", "wide.txt"):
        assert by_name[name].search == "erased"
        assert browser.get(f"/files/{by_name[name].key}/").status_code == 410
    assert keeping.compare() == []


def _say_it_everywhere(case: Any, ana: Any, sam: Any, erin: Any, platform: Any, by_api: Any, worker: Any) -> None:
    _by_mail(case, ana, worker)
    case.messages.write(WORDS, by=ana, audience=Audience.CUSTOMER)
    case.messages.write(WORDS, by=sam, audience=Audience.SUPPORT)
    case.facts.note("vault", WORDS, by=ana)
    case.questions.ask(f"Is it “{WORDS}”?", by=sam).answer(f"Yes, “{WORDS}”", by=ana)
    case.readbacks.share(by=sam)
    case.hypotheses.propose(WORDS, by=sam)
    case.evidence.note(WORDS, by=sam)
    case.attempts.note(WORDS, outcome="no_effect", by=sam)
    case.updates.send(WORDS, by=sam, promise_at=clock.now() + timedelta(hours=2))
    escalation = case.escalations.raise_to(platform, by=sam, asking=WORDS)
    escalation.accept(by=erin)
    case.workarounds.offer(WORDS, by=sam, expires_at=clock.now() + timedelta(days=3))
    Article.objects.draft_from(case, by=sam)
    path = f"/api/v1/cases/{case.number}/messages"
    by_api(sam).post(path, {"body": WORDS, "audience": "support"}, "application/json", headers={"Idempotency-Key": "1"})
    worker()


def _by_mail(case: Any, ana: Any, worker: Any) -> None:
    secret = b64encode(WORDS.encode()).decode()
    to = f"reply+{case.participants.get(user=ana).word}@reply.tandem.example"
    mail = (
        f"From: {ana.email}\r\nTo: {to}\r\nSubject: {WORDS}\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{secret}\r\n"
    )
    Submission.objects.accept_mail(mail.encode(), sender=ana.email, recipients=[to])
    worker()


def _tables_with(words: str) -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            every_row = sql.SQL("SELECT count(*) FROM {} AS r WHERE r::text LIKE {}")
            cursor.execute(every_row.format(sql.Identifier(table), sql.Literal(f"%{words}%")))
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def _files_with(folder: Path, words: str, charset: str = "utf-8") -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and words.encode(charset) in path.read_bytes()]


def test_a_copy_that_was_only_noted_is_emptied_with_what_it_repeats(case, ana, sam, worker):
    to = f"reply+{case.participants.get(user=ana).word}@reply.tandem.example"
    raw = f"From: {ana.email}\r\nMessage-ID: <1@x.example>\r\nSubject: {WORDS}\r\n\r\n{WORDS}".encode()
    for way in (b"", b"Delivered-To: x@y.example\r\n"):
        Submission.objects.accept_mail(way + raw, sender="", recipients=[to])
    worker()
    copy = Submission.objects.get(state="noted")
    assert copy.raw

    case.erasures.erase(WORDS, by=sam, why="Pasted by mistake")

    copy.refresh_from_db(fields=["raw", "subject_told"])
    assert (bytes(copy.raw), WORDS in copy.subject_told) == (b"", False)


def test_an_address_stands_in_no_list_of_them_either(case, ana, sam, worker):
    to, also = f"reply+{case.participants.get(user=ana).word}@reply.tandem.example", "joe.bloggs@initech.example"
    raw = f"From: {ana.email}\r\nTo: {to}, {also}\r\nSubject: Hello\r\n\r\nHello".encode()
    Submission.objects.accept_mail(raw, sender=ana.email, recipients=[to, also])
    worker()

    case.erasures.erase(also, by=sam, why="He asked for it.")

    assert set(Submission.objects.get().sent_to) == {to, "██████"}
