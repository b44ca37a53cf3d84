"""What is secret in a file is covered before anybody gets the file; as it came one sees it with a reason, or never again."""

import json
from functools import partial

import pytest
from django.urls import reverse

from tandem.cases.audience import Audience
from tandem.cases.models.attachment import Closed, NotSearchedYet, Search
from tandem.cases.models.secret import ErasedAlready, IsAFile, NothingCovered
from tandem.cases.privacy import searching
from tandem.kit import clock, files, limited
from tandem.kit.errors import NotAllowed

pytestmark = pytest.mark.django_db

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"
LOG = f"2026-11-21 02:14 POST /export\nAuthorization: Bearer {TOKEN}\n504 after 30 s\n".encode()
COVERED = LOG.replace(TOKEN.encode(), b"[hidden]")
HAR = {
    "log": {
        "version": "1.2",
        "creator": {"name": "Firefox", "version": "131.0"},
        "entries": [
            {
                "request": {
                    "method": "GET",
                    "url": "https://app.example/export?access_token=tok-4711-abc",
                    "headers": [{"name": "Cookie", "value": "sid=s-8f31-c0ffee"}],
                    "cookies": [{"name": "sid", "value": "s-8f31-c0ffee"}],
                    "queryString": [{"name": "access_token", "value": "tok-4711-abc"}],
                },
                "response": {"status": 504, "headers": [{"name": "Set-Cookie", "value": "sid=s-9a02-c0ffee; Secure"}]},
            }
        ],
    }
}


@pytest.fixture
def attached(case, ana, worker, django_capture_on_commit_callbacks):
    def attach(content: bytes, name: str = "run.log", *, by=ana, audience=Audience.CUSTOMER):
        file = files.store([content], name=name)
        message = case.messages.write("Here.", by=by, audience=audience, files=[file])
        with django_capture_on_commit_callbacks(execute=True):
            worker()
        return message.attachments.get()

    return attach


@pytest.fixture
def hidden(attached):
    """Ana's log, as it came."""
    return attached(LOG).secrets.get()


def test_who_reads_the_case_gets_the_file_without_its_secrets(hidden, ana, sam, at_the_desk):
    address = reverse("attachment", args=[hidden.attachment.key])
    for person in (ana, sam):
        answer = at_the_desk(person).get(address)
        assert body(answer) == COVERED
        assert answer.headers["Content-Length"] == str(len(COVERED))


def test_the_conversation_and_the_history_say_so(hidden, case, ana, sam, at_the_desk):
    ours = at_the_desk(sam).get(reverse("messages", args=[case.number])).text
    assert "passwords hidden" in ours
    assert reverse("secret", args=[hidden.pk]) in ours
    theirs = at_the_desk(ana).get(reverse("portal_messages", args=[case.number])).text
    assert "passwords hidden" in theirs
    assert reverse("secret", args=[hidden.pk]) not in theirs
    assert case.events.get(verb="attachment.covered").facts == {"name": "run.log", "kinds": "token", "count": 1}
    panel = at_the_desk(sam).get(reverse("hidden", args=[case.number])).text
    assert "run.log" in panel
    assert "1 × access token" in panel


def test_what_came_rests_sealed_and_nothing_else_of_it_is_left(hidden, settings):
    assert not [file for file in on_disk(settings) if TOKEN.encode() in file]
    assert b"".join(hidden.pieces()) == LOG


def test_a_recording_of_a_browser_opens_as_one_afterwards(attached, sam, at_the_desk):
    attachment = attached(json.dumps(HAR).encode(), "export.har")

    content = body(at_the_desk(sam).get(reverse("attachment", args=[attachment.key])))

    entry = json.loads(content)["log"]["entries"][0]
    assert entry["request"]["method"] == "GET"
    assert entry["request"]["url"] == "https://app.example/export?access_token=[hidden]"
    assert entry["request"]["cookies"] == [{"name": "sid", "value": "[hidden]"}]
    assert entry["response"]["status"] == 504
    assert not [secret for secret in (b"c0ffee", b"tok-4711") if secret in content]
    assert attachment.secrets.get().kinds == {"token": 1, "cookie": 3}


def test_until_somebody_looked_nobody_gets_it(case, ana, sam, at_the_desk):
    message = case.messages.write("Here.", by=ana, audience=Audience.CUSTOMER, files=[files.store([LOG], name="a.log")])
    attachment = message.attachments.get()

    for person in (ana, sam):
        answer = at_the_desk(person).get(reverse("attachment", args=[attachment.key]))
        assert answer.status_code == 409
        assert "still being searched for passwords" in answer.text
    assert "being searched for passwords" in at_the_desk(sam).get(reverse("messages", args=[case.number])).text
    with pytest.raises(NotSearchedYet):
        attachment.must_be_open_to(ana)


def test_sam_says_why_and_gets_it_as_it_came_and_the_history_knows(hidden, case, sam, at_the_desk):
    page, browser = reverse("secret", args=[hidden.pk]), at_the_desk(sam)
    assert browser.post(page, {"why": " "}).status_code == 422

    answer = browser.post(page, {"why": "To send the very same request"})

    assert body(answer) == LOG
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="run.log"'
    event = case.events.get(verb="attachment.shown")
    assert (event.by, event.facts["why"]) == (sam, "To send the very same request")
    assert "To send the very same request" in browser.get(page).text


def test_a_program_gets_it_with_a_reason_too(hidden, case, sam, by_api):
    told = by_api(sam).get(f"/api/v1/cases/{case.number}/secrets").json()
    assert [(row["kind"], row["kinds"], row["file"]) for row in told] == [
        ("file", {"token": 1}, str(hidden.attachment.key))
    ]

    answer = by_api(sam).post(
        f"/api/v1/secrets/{hidden.pk}/file",
        {"why": "To send the very same request"},
        "application/json",
        headers={"Idempotency-Key": "1"},
    )

    assert (answer.status_code, body(answer)) == (201, LOG)
    assert hidden.disclosures.get().shown_to == sam
    with pytest.raises(IsAFile):
        hidden.show(to=sam, why="To send the very same request")


def test_customers_and_strangers_never_get_it_as_it_came(hidden, ana, mallory, at_the_desk):
    for person in (ana, mallory):
        answer = at_the_desk(person).post(reverse("secret", args=[hidden.pk]), {"why": "I want to see it"})
        assert answer.status_code in (302, 403, 404)


def test_one_click_gives_back_what_was_no_secret(hidden, case, sam, erin, at_the_desk):
    assert at_the_desk(erin).post(reverse("secret_uncovering", args=[hidden.pk])).status_code == 403
    at_the_desk(sam).post(reverse("secret_uncovering", args=[hidden.pk]))

    assert body(at_the_desk(sam).get(reverse("attachment", args=[hidden.attachment.key]))) == LOG
    event = case.events.get(verb="attachment.uncovered")
    assert (event.by, event.facts) == (sam, {"name": "run.log"})
    assert "Sam Okafor found no secret in it" in at_the_desk(sam).get(reverse("secret", args=[hidden.pk])).text
    with pytest.raises(NothingCovered):
        hidden.uncover(by=sam)
    with pytest.raises(NotAllowed):
        hidden.uncover(by=erin)


def test_an_erased_file_keeps_what_is_covered(hidden, case, sam, at_the_desk, django_capture_on_commit_callbacks):
    original = hidden.attachment.original
    with django_capture_on_commit_callbacks(execute=True):
        case.erasures.erase_secret(hidden, by=sam, why="She changed the token")

    assert body(at_the_desk(sam).get(reverse("attachment", args=[hidden.attachment.key]))) == COVERED
    with pytest.raises(FileNotFoundError):
        files.weighed(original)
    hidden.refresh_from_db()
    with pytest.raises(ErasedAlready):
        hidden.show_file(to=sam, why="One more look")


def test_what_cannot_be_covered_is_closed_but_for_a_reason(attached, case, sam, at_the_desk):
    broken_off = json.dumps(HAR).encode()[:-9]
    attachment = attached(broken_off, "export.har")

    assert at_the_desk(sam).get(reverse("attachment", args=[attachment.key])).status_code == 403
    with pytest.raises(Closed):
        attachment.must_be_open_to(sam)
    page = at_the_desk(sam).get(reverse("messages", args=[case.number])).text
    assert "closed: it may hold passwords" in page
    assert str(attachment.key) not in page
    answer = at_the_desk(sam).post(reverse("secret", args=[attachment.secrets.get().pk]), {"why": "To read the times"})
    assert body(answer) == broken_off


def test_what_takes_too_long_to_search_is_closed(attached, monkeypatch):
    spin = partial(limited.run, "tandem.kit.tests.misdeeds:spin", cpu_seconds=1)
    monkeypatch.setattr(limited, "run", lambda _function, data, **limits: spin(data))
    assert attached(LOG).search == "closed"


@pytest.mark.parametrize("content", [b"\x7fELF\x00\x01 password: hunter2!", b"%PDF-1.7 password: hunter2!", b""])
def test_what_is_no_text_stays_as_it_is(attached, content):
    attachment = attached(content, "core")
    assert attachment.search == "plain"
    assert b"".join(files.read(attachment.stored_as)) == content


def test_what_sam_sends_the_customer_is_hers_to_read(attached, sam):
    assert attached(LOG, by=sam).search == "plain"
    assert attached(LOG, by=sam, audience=Audience.SUPPORT).search == "covered"


def test_a_file_of_a_restricted_note_is_for_its_readers(attached, case, max, erin, at_the_desk):
    secret = attached(LOG, "merger.log", by=max, audience=Audience.RESTRICTED).secrets.get()
    assert at_the_desk(erin).get(reverse("secret", args=[secret.pk])).status_code == 404
    assert at_the_desk(max).get(reverse("secret", args=[secret.pk])).status_code == 200
    assert "merger.log" not in at_the_desk(erin).get(reverse("history", args=[case.number])).text


def test_what_came_before_anybody_searched_is_open_and_searched_soon(attached, settings):
    attachment = attached(b"nothing")
    stored = files.store([LOG], name="run.log")
    type(attachment).objects.filter(pk=attachment.pk).update(search="unsearched", stored_as=stored.stored_as)
    attachment.refresh_from_db()
    assert attachment.is_open

    with clock.at(clock.now() + searching.LATE * 2):
        searching.search_what_waits()

    attachment.refresh_from_db()
    assert attachment.search == "covered"


def test_the_search_runs_twice_and_covers_once(hidden):
    searching.search(hidden.attachment)
    hidden.attachment.refresh_from_db()
    assert hidden.attachment.secrets.count() == 1
    assert b"".join(files.read(hidden.attachment.stored_as)) == COVERED


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def on_disk(settings) -> list[bytes]:
    return [path.read_bytes() for path in (settings.DATA / "files").rglob("*") if path.is_file()]


def test_where_no_process_can_start_a_file_waits_and_is_not_closed(case, ana, worker, monkeypatch):
    message = case.messages.write(
        "Here.", by=ana, audience=Audience.CUSTOMER, files=[files.store([LOG], name="run.log")]
    )
    attachment = message.attachments.get()
    monkeypatch.setattr(limited, "_pool", limited._Pool(1))
    with monkeypatch.context() as full, pytest.raises(limited.NotStarted):
        full.setattr(limited.sys, "executable", "/nowhere/at/all")
        searching.search(attachment)

    attachment.refresh_from_db()
    assert attachment.search == Search.WAITING
    worker()
    attachment.refresh_from_db()
    assert attachment.search == Search.COVERED
