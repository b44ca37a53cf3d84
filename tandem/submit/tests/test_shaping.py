"""Max says what reports ask: on a page with what is wrong and how it looks beside, and by program."""

import pytest

from tandem.submit.models import ReportTemplate, Submission
from tandem.submit.reporting.shipped import sources

WEB = "/desk/report-templates/web/"
OURS = """label: Web application
kind: web
sections:
  - fields:
      - {key: seen, label: Seen, ask: "What do you see?", kind: choice, choices: [an error, nothing]}
      - {key: error, label: Error, ask: "What does it say?", required: yes, when: seen == "an error"}
"""


def test_max_publishes_a_version_and_customers_are_asked_it(max, ana, at_the_desk):
    page = at_the_desk(max).post(WEB, {"source": OURS, "after": "0", "because": "Shorter"})

    assert page.status_code == 302
    made = ReportTemplate.objects.get()
    assert (made.version, made.published_by, made.because) == (1, max, "Shorter")
    asked = at_the_desk(ana).get("/portal/report/?realm=web").text
    assert "What do you see?" in asked
    assert "private window" not in asked
    assert "Shorter" in at_the_desk(max).get(WEB).text


def test_what_is_wrong_is_said_while_he_writes_and_when_he_publishes(max, at_the_desk):
    browser = at_the_desk(max)
    wrong = {"source": OURS.replace("kind: choice", "kind: choise")}

    checked = browser.post(f"{WEB}check/", wrong, headers={"HX-Request": "true"})
    assert "Line 5, “seen”: “kind” is one of" in checked.text
    page = browser.post(WEB, wrong)
    assert page.status_code == 422
    assert "choise" in page.text  # what he wrote is still there
    assert not ReportTemplate.objects.exists()


def test_the_preview_asks_what_its_answers_call_for(max, at_the_desk):
    browser = at_the_desk(max)

    assert "What does it say?" not in browser.post(f"{WEB}check/", {"source": OURS}).text
    assert "What does it say?" in browser.post(f"{WEB}check/", {"source": OURS, "seen": "an error"}).text


def test_what_was_published_meanwhile_is_not_overwritten(max, ada, at_the_desk):
    ReportTemplate.objects.publish("web", source=OURS, by=ada)

    page = at_the_desk(max).post(WEB, {"source": OURS + "about: x\n", "after": "0"})

    assert page.status_code == 409
    assert ReportTemplate.objects.count() == 1


def test_a_version_shows_what_it_changed_and_is_gone_back_to(max, at_the_desk):
    browser = at_the_desk(max)
    ReportTemplate.objects.publish("web", source=OURS, by=max)
    ReportTemplate.objects.publish("web", source=OURS.replace("What do you see?", "What is there?"), by=max)

    page = browser.get(f"{WEB}versions/2/").text
    assert "<ins>" in page
    assert "What is there?" in page
    browser.post(f"{WEB}versions/1/")

    now = ReportTemplate.objects.of("web")
    assert (now.version, now.source, now.because) == (3, OURS, "Back to version 1")


@pytest.mark.parametrize(
    ("typed", "begun"), [("Billing exports!", "billing-exports"), (" web ", "web"), ("北風", "new"), ("", "new")]
)
def test_whatever_max_types_begins_a_template_under_a_name_for_addresses(max, at_the_desk, typed, begun):
    begins = at_the_desk(max).post("/desk/report-templates/", {"realm": typed})

    assert begins.headers["Location"] == f"/desk/report-templates/{begun}/"


def test_max_makes_a_template_of_another_product_area(max, ana, at_the_desk):
    source = OURS.replace("Web application", "Invoices").replace("kind: web", "kind: web\narea: Billing")
    at_the_desk(max).post("/desk/report-templates/invoices/", {"source": source, "after": "0"})

    at_the_desk(ana).post("/portal/report/", {"title": "A", "body": "B", "realm": "invoices", "once": "1"})

    assert Submission.objects.get().case.realm == "invoices"


def test_sam_reads_and_does_not_publish(sam, at_the_desk, by_api):
    page = at_the_desk(sam).get(WEB).text
    assert '<fieldset class="changing" disabled>' in page
    assert 'hx-trigger="input' not in page
    assert at_the_desk(sam).post(WEB, {"source": OURS}).status_code == 403
    answer = by_api(sam).post("/api/v1/report-templates/web", {"source": OURS}, content_type="application/json")
    assert answer.status_code == 403


def test_sam_tries_what_he_reads(sam, at_the_desk):
    told = {"source": OURS, "seen": "an error"}
    assert "How it looks" in at_the_desk(sam).post(f"{WEB}check/", told).text


def test_a_program_reads_and_publishes(max, by_api):
    program = by_api(max)
    now = program.get("/api/v1/report-templates/web").json()
    assert (now["version"], now["source"]) == (0, sources()["web"])

    told = {"source": OURS, "because": "Shorter", "after": 0}
    made = program.post("/api/v1/report-templates/web", told, content_type="application/json")

    assert made.status_code == 201
    assert made.json()["published_by"] == "Max Berger"
    assert [row["version"] for row in program.get("/api/v1/report-templates/web/versions").json()] == [1]
    assert program.get("/api/v1/report-templates/web?version=7").status_code == 422


@pytest.mark.parametrize(("answers", "status"), [({"seen": "nothing"}, 201), ({"seen": "an error"}, 422)])
def test_a_program_reports_with_answers(ana, production, max, by_api, answers, status):
    ReportTemplate.objects.publish("web", source=OURS, by=max)
    told = {"title": "White page", "body": "Hm.", "realm": "web", "version": 1, "answers": answers}

    answer = by_api(ana).post("/api/v1/reports", told, content_type="application/json")

    assert answer.status_code == status
    if status == 201:
        made = Submission.objects.get()
        assert (made.answers, made.template.version, made.channel) == (answers, 1, "api")
    else:
        assert "error" in answer.json()["title"]
