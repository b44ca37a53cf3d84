"""A text that came in by every door and was said again in every room is erased with one act, and stands nowhere any more."""

from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg import sql

from tandem.cases.audience import Audience
from tandem.kit import clock
from tandem.learn.models import Article
from tandem.submit.models import Submission

pytestmark = pytest.mark.django_db

WORDS = "correct horse battery staple 4711"


def test_what_stood_everywhere_stands_nowhere(case, ana, sam, erin, platform, by_api, worker, settings):
    _say_it_everywhere(case, ana, sam, erin, platform, by_api, worker)
    assert {"cases_message", "cases_event", "submit_submission", "api_answer", "learn_article"} <= _tables_with(WORDS)

    case.erasures.erase(WORDS, by=sam, why="Pasted by mistake")

    assert _tables_with(WORDS) == set()
    assert _files_with(settings.DATA / "files", WORDS) == []


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


def _files_with(folder: Path, words: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


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
