"""Ana reports a problem on the portal; programs and colleagues do by the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tandem.cases.models import Case
from tandem.submit.models import Submission

TOLD = {
    "title": "Exports stop",
    "body": "At row 10,000.",
    "since": "2026-11-20T08:15",
    "affected": "40",
    "once": "drawn",
}


def test_it_is_a_case_at_once(ana, northwind, production, at_the_desk):
    page = at_the_desk(ana).post("/portal/report/", TOLD | {"environment": production.pk})

    case = Case.objects.get()
    assert page.url == f"/portal/cases/{case.number}/"
    assert (case.title, case.reporter, case.account, case.environment) == ("Exports stop", ana, northwind, production)
    message = case.messages.get()
    assert (message.body, message.author, message.channel, message.verified) == ("At row 10,000.", ana, "portal", True)


def test_what_was_told_beside_the_words_is_a_line_of_the_ledger(ana, at_the_desk):
    at_the_desk(ana).post("/portal/report/", TOLD)

    facts = Case.objects.get().events.get(verb="submission.landed").facts
    assert facts["answers"] == {"since": "2026-11-20 08:15 UTC", "affected": "40"}


def test_the_realm_is_one_of_those_offered(ana, at_the_desk):
    browser = at_the_desk(ana)

    assert browser.post("/portal/report/", TOLD | {"realm": "cooking"}).status_code == 422
    browser.post("/portal/report/", TOLD | {"realm": "data", "job": "month-end export"})

    assert Case.objects.get().realm == "data"


def test_files_come_along(ana, at_the_desk):
    at_the_desk(ana).post("/portal/report/", TOLD | {"files": SimpleUploadedFile("trace.txt", b"row 10000")})

    assert Case.objects.get().messages.get().attachments.get().name == "trace.txt"


def test_the_limits_are_said_before_and_kept(ana, at_the_desk, settings):
    settings.UPLOAD_LIMIT = 2_000_000
    browser = at_the_desk(ana)

    assert "files of 2 MB each" in browser.get("/portal/report/").text
    page = browser.post("/portal/report/", TOLD | {"files": SimpleUploadedFile("big.bin", b"x" * 2_000_001)})

    assert page.status_code == 422
    assert "“big.bin” is too large." in page.text
    assert not Case.objects.exists()


def test_sent_twice_it_is_one_case(ana, at_the_desk):
    browser = at_the_desk(ana)

    assert browser.post("/portal/report/", TOLD).url == browser.post("/portal/report/", TOLD).url
    assert Case.objects.count() == 1


def test_nobody_reports_on_somebody_elses_installation(mallory, production, at_the_desk):
    page = at_the_desk(mallory).post("/portal/report/", TOLD | {"environment": production.pk})

    assert page.status_code == 422
    assert not Case.objects.exists()


def test_strangers_and_colleagues_have_no_report(sam, client, at_the_desk):
    assert client.get("/portal/report/").status_code == 302
    assert at_the_desk(sam).get("/portal/report/").status_code == 404


def test_sam_reads_how_it_came_in(ana, sam, at_the_desk):
    at_the_desk(ana).post("/portal/report/", TOLD)

    page = at_the_desk(sam).get(f"/desk/cases/{Case.objects.get().number}/submission/", headers={"HX-Request": "true"})

    assert "Ana Lima reported it, signed in." in page.text


def test_a_program_opens_a_case_for_its_customer(ana, production, by_api):
    told = {
        "title": "Exports stop",
        "body": "At row 10,000.",
        "environment": "production",
        "answers": {"version": "4.3"},
    }

    answer = by_api(ana).post("/api/v1/cases", told, content_type="application/json")

    assert answer.status_code == 201
    case = Case.objects.get(number=answer.json()["number"])
    assert (case.reporter, case.environment) == (ana, production)
    assert Submission.objects.get().channel == "api"


def test_sam_opens_a_case_for_who_telephoned(ana, sam, by_api):
    told = {"title": "Exports stop", "body": "She called.", "contact": "Ana@northwind.example"}

    number = by_api(sam).post("/api/v1/cases", told, content_type="application/json").json()["number"]

    case = Case.objects.get(number=number)
    assert case.reporter == ana
    assert case.events.get(verb="case.opened").by == sam


@pytest.mark.parametrize("contact", [None, "erin@tandem.example"])
def test_a_case_is_opened_for_a_customer(sam, erin, by_api, contact):
    told = {"title": "Exports stop", "body": "Hm.", "contact": contact}

    assert by_api(sam).post("/api/v1/cases", told, content_type="application/json").status_code == 422
    assert not Case.objects.exists()


def test_an_installation_of_somebody_else_is_none(mallory, production, by_api):
    told = {"title": "Hm", "body": "Hm.", "environment": "production"}

    assert by_api(mallory).post("/api/v1/cases", told, content_type="application/json").status_code == 422
