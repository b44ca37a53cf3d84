"""What comes with a message goes out as it came: as a download, whole or in part, to those who may read the message."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tandem.cases.audience import Audience
from tandem.kit import files, uploads

LINES = b"".join(b"row %d\n" % n for n in range(30_000))


@pytest.fixture
def log(case, ana, worker):
    message = case.messages.write("The log.", by=ana, audience=Audience.CUSTOMER)
    kept = message.attachments.keep(files.store([LINES], name="Läufe “neu”.log"))
    worker()
    return kept


@pytest.fixture
def address(log):
    return reverse("attachment", args=[log.key])


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_ana_gets_back_what_she_sent(address, log, ana, at_the_desk):
    answer = at_the_desk(ana).get(address)

    assert body(answer) == LINES
    assert answer.headers["Content-Length"] == str(len(LINES))
    assert answer.headers["ETag"] == f'"{log.sha256}"'
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("bytes=0-4", slice(0, 5)),
        ("bytes=70000-70009", slice(70_000, 70_010)),
        ("bytes=-6", slice(len(LINES) - 6, len(LINES))),
        (f"bytes={len(LINES) - 3}-", slice(len(LINES) - 3, len(LINES))),
        (f"bytes={len(LINES) - 3}-999999999", slice(len(LINES) - 3, len(LINES))),
    ],
)
def test_a_download_goes_on_where_it_broke_off(address, ana, at_the_desk, asked, told):
    answer = at_the_desk(ana).get(address, headers={"Range": asked})

    assert (answer.status_code, body(answer)) == (206, LINES[told])
    assert answer.headers["Content-Range"] == f"bytes {told.start}-{told.stop - 1}/{len(LINES)}"


@pytest.mark.parametrize("asked", ["bytes=", "bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=²-3"])
def test_a_range_we_do_not_understand_is_the_whole(address, ana, at_the_desk, asked):
    answer = at_the_desk(ana).get(address, headers={"Range": asked})

    assert (answer.status_code, body(answer)) == (200, LINES)


def test_a_range_of_another_version_is_the_whole(address, ana, at_the_desk):
    answer = at_the_desk(ana).get(address, headers={"Range": "bytes=0-4", "If-Range": '"another"'})

    assert answer.status_code == 200


@pytest.mark.parametrize("asked", [f"bytes={len(LINES)}-", "bytes=5-3"])
def test_a_range_that_is_not_there_is_refused(address, ana, at_the_desk, asked):
    assert at_the_desk(ana).get(address, headers={"Range": asked}).status_code == 416


def test_its_head_tells_as_much_and_brings_nothing(address, ana, at_the_desk):
    answer = at_the_desk(ana).head(address)

    assert (answer.headers["Content-Length"], answer.content) == (str(len(LINES)), b"")


def test_an_empty_file_is_a_file(case, ana, at_the_desk):
    message = case.messages.write("Empty.", by=ana, audience=Audience.CUSTOMER)
    empty = message.attachments.keep(files.store([], name="empty.log"))

    answer = at_the_desk(ana).get(reverse("attachment", args=[empty.key]))

    assert (answer.status_code, body(answer), answer.headers["Content-Length"]) == (200, b"", "0")


def test_a_file_that_vanished_from_its_place_is_not_found(address, log, ana, at_the_desk):
    files.shelf().remove(log.stored_as)

    assert at_the_desk(ana).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("page.htm", b"GIF89a<script>alert(1)</script>"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("report.pdf", b"%PDF-1.7 /OpenAction"),
        ("feed.xml", b'<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>'),
        ("page.xhtml", b'<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'),
        ("page.mhtml", b"MIME-Version: 1.0\r\nContent-Type: multipart/related"),
    ],
)
def test_no_file_becomes_a_page_of_ours(case, ana, at_the_desk, worker, name, content):
    message = case.messages.write("Look.", by=ana, audience=Audience.CUSTOMER)
    attachment = message.attachments.keep(files.store([content], name=name))
    worker()

    answer = at_the_desk(ana).get(reverse("attachment", args=[attachment.key]))

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] in files.SHOWN_AS | {"application/octet-stream"}


def test_a_stranger_finds_nothing(address, mallory, at_the_desk, client):
    assert at_the_desk(mallory).get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_a_full_disk_is_said_and_nothing_is_written(case, ana, at_the_desk, settings):
    settings.KEEP_FREE = 1 << 60
    before = case.messages.count()

    answer = at_the_desk(ana).post(
        reverse("portal_messages", args=[case.number]),
        {"body": "Here it is.", "files": SimpleUploadedFile("run.log", LINES)},
    )

    assert answer.status_code == 507
    assert "There is no room for files here at the moment." in answer.text
    assert case.messages.count() == before


def test_the_limits_are_said_before_and_hold_after(case, ana, at_the_desk, settings):
    settings.UPLOAD_LIMIT = 1_000_000
    page = at_the_desk(ana).get(reverse("portal_messages", args=[case.number]))
    assert "Up to 10 files of 1 MB each." in page.text
    assert 'data-most="10" data-largest="1000000"' in page.text

    many = [SimpleUploadedFile(f"{n}.log", b"x") for n in range(uploads.MOST + 1)]
    large = SimpleUploadedFile("run.log", b"x" * 1_000_001)

    for told, why in [(many, "At most 10 files at once."), (large, "“run.log” is too large.")]:
        answer = at_the_desk(ana).post(
            reverse("portal_messages", args=[case.number]), {"body": "Here it is.", "files": told}
        )
        assert answer.status_code == 422
        assert why in answer.text


def test_a_request_longer_than_all_we_take_is_turned_away_unread(case, ana, at_the_desk, settings):
    settings.UPLOAD_LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    answer = at_the_desk(ana).post(
        reverse("portal_messages", args=[case.number]), {"body": "Here.", "files": SimpleUploadedFile("a", LINES)}
    )

    assert answer.status_code == 413
