"""A real clamd reads what people send: clean files are opened, harmful ones held back, and nobody guesses."""

import logging
from datetime import timedelta

import pytest
from django.urls import reverse

from tandem.cases import keeping
from tandem.cases.audience import Audience
from tandem.cases.models import Attachment
from tandem.cases.models.attachment import Harmful
from tandem.kit import clamav, clock, files
from tests.integration.clamav import HARMFUL, Clamd

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def clamd():
    with Clamd() as running:
        yield running


@pytest.fixture
def scanned(clamd, settings):
    settings.CLAMAV = clamd.socket


@pytest.fixture
def sent(case, ana):
    def send(content: bytes, name: str = "run.log") -> Attachment:
        told = {"by": ana, "audience": Audience.CUSTOMER}
        return case.messages.write("Here.", files=[files.store([content], name=name)], **told).attachments.get()

    return send


def address(attachment: Attachment) -> str:
    return reverse("attachment", args=[attachment.key])


def test_it_says_what_it_finds(clamd):
    assert clamav.verdict([b"a line\n"], at=clamd.socket) == ""
    assert clamav.verdict([], at=clamd.socket) == ""
    assert clamav.verdict([HARMFUL[:9], HARMFUL[9:]], at=clamd.socket).startswith("Tandem.Test")


def test_what_is_too_large_for_it_is_not_clean(clamd):
    with pytest.raises(clamav.NoVerdict, match="size limit exceeded"):
        clamav.verdict([b"x" * 700_000] * 4, at=clamd.socket)


def test_until_it_has_looked_only_who_sent_a_file_gets_it(scanned, sent, ana, sam, at_the_desk, worker):
    log = sent(b"\x89PNG\r\n\x1a\n", "shot.png")

    assert at_the_desk(ana).get(address(log)).status_code == 200
    refused = at_the_desk(sam).get(address(log))
    assert refused.status_code == 409
    assert "still being checked for viruses" in refused.text

    worker()
    assert at_the_desk(sam).get(address(log)).status_code == 200


def test_what_is_harmful_is_held_back_from_everybody_and_the_case_says_so(
    scanned, sent, case, ana, sam, at_the_desk, worker
):
    harmful = sent(b"row 1\n" + HARMFUL, "invoice.log")
    worker()

    for person in (ana, sam):
        answer = at_the_desk(person).get(address(harmful))
        assert answer.status_code == 403
        assert "it is harmful: Tandem.Test" in answer.text
    page = at_the_desk(sam).get(reverse("messages", args=[case.number])).text
    assert "“invoice.log” was held back: it is harmful" in page
    assert address(harmful) not in page
    portal = at_the_desk(ana).get(reverse("portal_messages", args=[case.number])).text
    assert "held back: it is harmful" in portal
    assert address(harmful) not in portal


def test_what_is_harmful_leaves_in_no_mail(scanned, case, sam, outbox, worker):
    held = [files.store([HARMFUL], name="held.log"), files.store([b"fine"], name="fine.log")]
    case.updates.send("See the logs.", by=sam, files=held)
    for attachment in Attachment.objects.all():
        keeping.scan(attachment)
    worker()

    names = [part.get_filename() for mail in outbox() for part in mail.walk() if part.get_filename()]
    assert names == ["fine.log"]


def test_a_picture_is_drawn_only_when_it_is_clean(scanned, sent, worker):
    from tandem.cases.tests.test_previews import written

    clean, harmful = sent(written("PNG"), "clean.png"), sent(written("PNG") + HARMFUL, "harmful.png")
    worker()

    assert clean.previews.count() == 2
    assert harmful.previews.count() == 0


def test_what_came_before_anybody_scanned_is_scanned_then(settings, clamd, sent, worker):
    old = sent(HARMFUL)
    worker()
    assert Attachment.objects.get().scan == "unscanned"

    settings.CLAMAV = clamd.socket
    with clock.at(clock.real() + timedelta(hours=1)):
        keeping.scan_what_waits()

    old.refresh_from_db()
    assert (old.scan, old.found.split(".")[0]) == ("infected", "Tandem")


HIDDEN = b'password: "' + HARMFUL + b'"\n'


@pytest.mark.parametrize("content", [HIDDEN, b'{"log": {"entries": [\n' + HIDDEN], ids=["covered", "closed"])
def test_what_was_covered_before_anybody_scanned_is_scanned_as_it_came(
    settings, clamd, sent, sam, at_the_desk, worker, django_capture_on_commit_callbacks, content
):
    log = sent(content)
    with django_capture_on_commit_callbacks(execute=True):
        worker()
    page = reverse("secret", args=[log.secrets.get().pk])
    assert at_the_desk(sam).post(page, {"why": "To read the times"}).status_code == 200

    settings.CLAMAV = clamd.socket
    with clock.at(clock.real() + timedelta(hours=1)):
        keeping.scan_what_waits()

    log.refresh_from_db()
    assert (log.scan, log.found.split(".")[0]) == ("infected", "Tandem")
    refused = at_the_desk(sam).post(page, {"why": "To read the times"})
    assert refused.status_code == 403
    assert "it is harmful: Tandem.Test" in refused.text
    with pytest.raises(Harmful):
        log.secrets.get().uncover(by=sam)


def test_what_was_sealed_with_another_key_is_not_said_to_be_clean(
    settings, clamd, sent, worker, django_capture_on_commit_callbacks, caplog
):
    log = sent(HIDDEN)
    with django_capture_on_commit_callbacks(execute=True):
        worker()
    settings.CLAMAV, settings.SECRET_KEY = clamd.socket, "another"

    with clock.at(clock.real() + timedelta(hours=1)):
        keeping.scan_what_waits()

    log.refresh_from_db()
    assert (log.scan, log.search) == ("unscanned", "covered")
    assert "another TANDEM_SECRET_KEY" in caplog.text


def test_a_file_too_large_for_it_stays_closed_and_is_said(scanned, sent, sam, at_the_desk, caplog):
    large = sent(b"x" * 2_000_000)

    with clock.at(clock.real() + timedelta(hours=1)), caplog.at_level(logging.ERROR):
        keeping.scan_what_waits()

    assert "INSTREAM size limit exceeded" in caplog.text
    assert at_the_desk(sam).get(address(large)).status_code == 409
