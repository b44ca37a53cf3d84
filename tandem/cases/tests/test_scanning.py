"""While clamd is away files wait: never silently clean, never lost, and said out loud."""

import logging
from datetime import timedelta

import pytest
from django.urls import reverse

from tandem.cases import keeping
from tandem.cases.audience import Audience
from tandem.cases.models import Attachment
from tandem.kit import clamav, clock, files


@pytest.fixture
def waiting(case, ana, settings, tmp_path) -> Attachment:
    settings.CLAMAV = str(tmp_path / "nobody.sock")
    log = files.store([b"row 10,000\n"], name="run.log")
    return case.messages.write("Here.", by=ana, audience=Audience.CUSTOMER, files=[log]).attachments.get()


def test_the_job_tries_again_and_the_file_waits(waiting, worker):
    with pytest.raises(clamav.Away):
        worker()

    waiting.refresh_from_db()
    assert waiting.scan == "waiting"


def test_colleagues_wait_and_read_why(waiting, case, sam, ana, at_the_desk):
    shot = waiting.message.attachments.keep(files.store([b"\x89PNG\r\n\x1a\n"], name="shot.png"))
    address = reverse("attachment", args=[shot.key])

    assert at_the_desk(sam).get(address).status_code == 409
    assert at_the_desk(ana).get(address).status_code == 200
    assert at_the_desk(ana).get(reverse("attachment", args=[waiting.key])).status_code == 409
    assert "being checked for viruses" in at_the_desk(sam).get(reverse("messages", args=[case.number])).text


def test_files_that_wait_for_long_are_an_alarm(waiting, caplog):
    with clock.at(clock.real() + timedelta(hours=1)), caplog.at_level(logging.ERROR):
        keeping.scan_what_waits()

    assert "1 files wait to be checked for viruses" in caplog.text
    waiting.refresh_from_db()
    assert waiting.scan == "waiting"


@pytest.mark.parametrize("at", ["127.0.0.1:1", "[::1]:1", "/nowhere/clamd.sock"])
def test_nobody_there_is_no_verdict(at):
    with pytest.raises(clamav.Away):
        clamav.verdict([b"x"], at=at)


def test_without_a_scanner_files_are_open_and_say_that_nobody_looked(case, ana, sam, at_the_desk, worker):
    log = files.store([b"row"], name="run.log")
    message = case.messages.write("Here.", by=ana, audience=Audience.CUSTOMER, files=[log])
    worker()

    attachment = message.attachments.get()
    assert attachment.scan == "unscanned"
    assert at_the_desk(sam).get(reverse("attachment", args=[attachment.key])).status_code == 200


def test_a_file_that_is_not_what_came_any_more_is_said_once(case, ana, worker):
    log = files.store([b"row"], name="run.log")
    case.messages.write("Here.", by=ana, audience=Audience.CUSTOMER, files=[log])
    assert keeping.compare() == []

    place = files.shelf()._path(log.stored_as)
    place.write_bytes(b"r0w")
    assert [damaged.name for damaged in keeping.compare()] == ["run.log"]
    place.unlink()
    assert len(keeping.compare()) == 1

    assert case.events.filter(verb="attachment.damaged").count() == 1


def test_a_case_takes_only_so_much(case, ana, at_the_desk, settings):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.CASE_LIMIT = 1000
    reply = reverse("portal_messages", args=[case.number])
    browser = at_the_desk(ana)

    def send(size: int):
        return browser.post(reply, {"body": "Here.", "files": SimpleUploadedFile("a.log", b"x" * size)})

    assert send(900).status_code == 302
    refused = send(200)
    assert refused.status_code == 422
    assert "as many bytes of files as it may have" in refused.text
    assert case.messages.count() == 2


def test_the_operator_compares_all_files_at_once(case, ana):
    from click.testing import CliRunner

    from tandem.cases.commands import check_files

    log = files.store([b"row"], name="run.log")
    case.messages.write("Here.", by=ana, audience=Audience.CUSTOMER, files=[log])
    assert "Every file is what came." in CliRunner().invoke(check_files).output

    files.shelf().remove(log.stored_as)
    told = CliRunner().invoke(check_files)
    assert told.exit_code == 1
    assert f"case {case.number}: run.log" in told.output
