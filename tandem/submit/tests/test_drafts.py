"""What Ana began to report waits for her, on any of her devices, until she sends it or lets go of it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tandem.cases.models import Case
from tandem.kit import clock, files
from tandem.submit.models import Draft, DraftFile

BEGUN = {"title": "Exports st", "body": "At row", "realm": "data", "trouble": "rows are missing", "once": "drawn"}
HTMX = {"HX-Request": "true"}


def test_it_is_there_on_another_device(ana, at_the_desk):
    at_the_desk(ana).post("/portal/report/draft/", BEGUN, headers=HTMX)

    page = at_the_desk(ana).get("/portal/report/")

    assert 'value="Exports st"' in page.text
    assert 'name="expected_rows"' in page.text  # what her answer calls for
    assert 'value="drawn"' in page.text  # still the same report


def test_what_no_database_keeps_is_left_out(ana, at_the_desk):
    desk = at_the_desk(ana)
    answer = desk.post("/portal/report/", {"title": "Ex\x00ports", "body": "", "once": "1"})

    assert answer.status_code == 422
    assert Draft.objects.get().told["title"] == "Exports"


def test_a_file_goes_with_it_and_with_the_report(ana, at_the_desk):
    browser = at_the_desk(ana)
    for _twice in range(2):
        file = SimpleUploadedFile("run.har", b'{"log": {}}')
        browser.post("/portal/report/draft/", BEGUN | {"files": file}, headers=HTMX)
    assert "run.har" in at_the_desk(ana).get("/portal/report/").text

    browser.post("/portal/report/", BEGUN | {"title": "Exports stop", "job": "month-end"})

    message = Case.objects.get().messages.get()
    assert [file.name for file in message.attachments.all()] == ["run.har"]
    assert b"".join(files.read(message.attachments.get().stored_as)) == b'{"log": {}}'
    assert "cookies and passwords are covered" in message.submission.decision["notes"][0]
    assert not Draft.objects.exists()


def test_a_file_is_kept_though_something_else_is_wrong(ana, at_the_desk):
    page = at_the_desk(ana).post("/portal/report/", {"title": "", "files": SimpleUploadedFile("a.txt", b"a")})

    assert page.status_code == 422
    assert DraftFile.objects.get().name == "a.txt"


def test_a_file_is_taken_away_again(ana, at_the_desk, django_capture_on_commit_callbacks):
    draft = Draft.objects.keep(BEGUN, by=ana, attached=[files.store([b"a"], name="a.txt")])
    file = draft.draft_files.get()

    with django_capture_on_commit_callbacks(execute=True):
        at_the_desk(ana).post(f"/portal/report/draft/files/{file.pk}/removal/")

    assert not DraftFile.objects.exists()
    assert not list(files.shelf().all())


def test_a_word_that_was_late_makes_no_draft_of_what_was_sent(ana, at_the_desk):
    browser = at_the_desk(ana)
    browser.post("/portal/report/", BEGUN | {"job": "month-end"})

    browser.post("/portal/report/draft/", BEGUN, headers=HTMX)

    assert not Draft.objects.exists()


def test_she_lets_go_of_it(ana, at_the_desk):
    Draft.objects.keep(BEGUN, by=ana)

    at_the_desk(ana).post("/portal/report/draft/discard/")

    assert not Draft.objects.exists()


def test_after_thirty_days_it_is_gone_with_its_files(ana, at_the_desk, django_capture_on_commit_callbacks):
    Draft.objects.keep(BEGUN, by=ana, attached=[files.store([b"a"], name="a.txt")])

    with clock.at(clock.now() + timedelta(days=31)), django_capture_on_commit_callbacks(execute=True):
        assert "Exports st" not in at_the_desk(ana).get("/portal/report/").text
        Draft.objects.let_go()

    assert not Draft.objects.exists()
    assert not list(files.shelf().all())


def test_nobody_elses_draft_is_found(ana, mallory, sam, at_the_desk):
    draft = Draft.objects.keep(BEGUN, by=ana, attached=[files.store([b"a"], name="a.txt")])

    assert "Exports st" not in at_the_desk(mallory).get("/portal/report/").text
    address = f"/portal/report/draft/files/{draft.draft_files.get().pk}/removal/"
    assert at_the_desk(mallory).post(address).status_code == 404
    assert not Draft.objects.visible_to(sam).exists()


@pytest.mark.parametrize("told", [{"body": "x" * 300_000}])
def test_what_is_too_long_is_refused_in_a_sentence(ana, at_the_desk, told):
    page = at_the_desk(ana).post("/portal/report/draft/", BEGUN | told, headers=HTMX)

    assert page.status_code == 422
    assert "Put long logs into a file" in page.text
