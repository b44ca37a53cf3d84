"""A machine that is too busy to read what came says nothing of it: nothing is destroyed or given up, all is done later."""

import io
from contextlib import contextmanager
from functools import partial

import pytest
from PIL import Image

from tandem.cases.audience import Audience
from tandem.cases.models import Attachment, Channel, Rendering
from tandem.cases.models.attachment import Search
from tandem.cases.privacy import erasing_files, searching
from tandem.kit import clock, files, limited
from tandem.submit.models import Submission

pytestmark = pytest.mark.django_db

WORDS = "correct horse battery staple"
PAGE = b"<html><p>The tea is green.</p></html>"
MAIL = "From: {sender}\nTo: {to}\nSubject: Tea\nMIME-Version: 1.0\nContent-Type: text/plain\n\nIt is green.\n"


@pytest.fixture
def busy(monkeypatch):
    """`with busy(): …`: readers of strangers' bytes are ended from outside."""
    killed = partial(limited.run, "tandem.kit.tests.misdeeds:killed")

    @contextmanager
    def now():
        with monkeypatch.context() as trouble, pytest.raises(limited.Hindered):
            trouble.setattr(limited, "run", lambda _function, data, **limits: killed(data, **limits))
            yield

    return now


@pytest.fixture
def busy_worker(worker, busy):
    def work() -> None:
        with busy():
            worker()

    return work


@pytest.fixture
def attached(case, ana):
    def attach(content: bytes, name: str) -> Attachment:
        told = {"by": ana, "audience": Audience.CUSTOMER, "files": [files.store([content], name=name)]}
        return case.messages.write("Look.", **told).attachments.get()

    return attach


def test_an_erasure_destroys_no_file_that_it_could_not_look_into(attached, case, sam, worker, busy_worker):
    attachment = attached(PAGE, "page.html")
    worker()
    case.erasures.erase(WORDS, by=sam, why="Sent by mistake")

    busy_worker()
    assert not case.erasures.get().is_finished
    worker()

    attachment.refresh_from_db()
    assert case.erasures.get().is_finished
    assert attachment.search == Search.PLAIN
    assert b"".join(files.read(attachment.stored_as)) == PAGE


def test_an_erasure_empties_no_mail_that_it_could_not_look_into(case, ana, sam, worker, busy):
    to = f"reply+{case.participants.get(user=ana).word}@reply.tandem.example"
    raw = MAIL.format(sender=ana.email, to=to).encode()
    submission = Submission.objects.accept_mail(raw, sender=ana.email, recipients=[to])
    worker()
    case.erasures.erase(WORDS, by=sam, why="Sent by mistake")

    with busy():
        erasing_files.erase(case.erasures.get())
    worker()

    submission.refresh_from_db(fields=["raw"])
    assert bytes(submission.raw) == raw
    assert case.erasures.get().is_finished


def test_a_file_waits_to_be_searched(attached, worker, busy_worker):
    attachment = attached(PAGE, "page.html")

    busy_worker()
    attachment.refresh_from_db()
    assert attachment.search == Search.WAITING
    worker()

    attachment.refresh_from_db()
    assert attachment.search == Search.PLAIN


def test_one_that_waits_keeps_no_other_from_being_searched(attached, monkeypatch):
    first, second = attached(b"password: hunter2!", "first.log"), attached(b"The tea is green", "second.log")
    run, killed = limited.run, partial(limited.run, "tandem.kit.tests.misdeeds:killed")
    monkeypatch.setattr(
        limited, "run", lambda asked, data, **told: killed(data) if b"green" in data else run(asked, data, **told)
    )

    with clock.at(clock.now() + searching.LATE * 2):
        searching.search_what_waits()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.search, second.search) == (Search.COVERED, Search.WAITING)


def test_a_mail_is_shown_as_it_was_sent_as_soon_as_it_can_be_cleaned(case, ana, client, worker, busy_worker):
    told = {"by": ana, "audience": Audience.CUSTOMER, "channel": Channel.MAIL, "html": "<p>It <b>stops</b></p>"}
    message = case.messages.write("It stops", **told)

    busy_worker()
    assert not Rendering.objects.exists()
    assert client.get(message.frame_for(ana)).status_code == 200
    worker()

    assert "<b>stops</b>" in client.get(message.frame_for(ana)).text


def test_a_picture_is_drawn_as_soon_as_it_can_be(attached, worker, busy_worker):
    drawn = io.BytesIO()
    Image.new("RGB", (60, 20), "teal").save(drawn, "PNG")
    attachment = attached(drawn.getvalue(), "shot.png")

    busy_worker()
    assert not attachment.previews.exists()
    worker()

    assert attachment.previews.count() == 2
