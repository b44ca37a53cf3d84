"""What a report asks: read from YAML, shown as far as the answers call for it, kept by version."""

import pytest
from django.db import Error

from tandem.cases.models import Case
from tandem.submit.models import ReportTemplate, Submission
from tandem.submit.reporting import Unreadable, read
from tandem.submit.reporting.shipped import sources

ASKED = {"title": "The page stays white", "body": "Since the update.", "realm": "web", "once": "drawn"}
OURS = """label: Web application
kind: web
sections:
  - title: What you see
    fields:
      - {key: seen, label: Seen, kind: choice, choices: [an error, nothing]}
      - {key: error, label: Error, kind: long, required: yes, when: seen == "an error"}
"""


def shown(realm, **answers):
    found = read(sources()[realm]).shown(answers)
    return [field.key for section in found for field in section.fields]


@pytest.mark.parametrize("realm", sources())
def test_what_we_ship_can_be_read(realm):
    template = read(sources()[realm])

    assert template.fields
    assert all(field.ask.endswith(("?", ".")) or field.kind == "files" for field in template.fields)


def test_a_question_is_asked_when_an_answer_calls_for_it():
    assert "error" not in shown("web")
    assert "error" in shown("web", seen="an error message")
    assert "waiting_changes" in shown("mobile", connection=["Wi-Fi", "offline"])
    assert "request_id" in shown("api", status=503.0)
    assert "request_id" not in shown("api", status=404.0)


def test_an_answer_that_is_hidden_again_counts_as_none():
    chain = """label: X
kind: web
sections:
  - fields:
      - {key: one, label: One, kind: choice, choices: [a, b]}
      - {key: two, label: Two, when: one == "a"}
      - {key: three, label: Three, when: two == "x"}
"""
    template = read(chain)

    def keys(**told):
        return [field.key for section in template.shown(told) for field in section.fields]

    assert keys(one="a", two="x") == ["one", "two", "three"]
    assert keys(one="b", two="x") == ["one"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("lable: x", "Line 1: “lable” is no word of a template; did you mean “label”?"),
        (OURS.replace("kind: long", "kind: lnog"), "Line 7, “error”: “kind” is one of text, long"),
        (
            OURS.replace('seen == "an error"', "sen == 1"),
            "undeclared reference to 'sen'. It may speak of the fields before",
        ),
        (OURS.replace('seen == "an error"', "seen"), "it is neither true nor false"),
        (OURS.replace("choices: [an error, nothing]", "choices: [one]"), "Line 6, “seen”: give at least two choices."),
        (OURS.replace("key: error", "key: seen"), "another field has this key already"),
        (OURS.replace("key: error", "key: title"), "this key is one of our own"),
        (OURS + "a: [", "this is not YAML"),
        ("a: &x 1\nb: *x", "aliases (*) are not read here"),
        *((deep * 10_000, "it is nested too deeply") for deep in ("[", "- ", "{a: ", "? ", "[{")),
        ("\n".join(" " * depth + "a:" for depth in range(300)), "it is nested too deeply"),
        ("", "there is nothing in it"),
        ("- one", "here stand words with values"),
        ("!!python/object/apply:os.system [ls]", "here stand words with values"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(wrong, sentence):
    with pytest.raises(Unreadable) as error:
        read(wrong)

    assert sentence in str(error.value)


def test_ana_is_asked_what_her_answers_call_for(ana, at_the_desk):
    browser = at_the_desk(ana)

    page = browser.post("/portal/report/questions/", ASKED | {"seen": "an error message"})

    assert 'name="error"' in page.text
    assert 'name="waited"' not in page.text


def test_without_javascript_the_next_step_shows_them(ana, at_the_desk):
    browser = at_the_desk(ana)
    told = ASKED | {"seen": "an error message", "shown": "environment page version seen browser since affected files"}

    page = browser.post("/portal/report/", told)
    assert page.status_code == 200
    assert "we have a few more questions" in page.text
    assert not Case.objects.exists()

    page = browser.post("/portal/report/", told | {"shown": told["shown"] + " error private_window"})
    assert page.status_code == 422
    page = browser.post("/portal/report/", told | {"shown": told["shown"] + " error private_window", "error": "E42"})
    assert page.status_code == 302
    assert Submission.objects.get().answers == {"seen": "an error message", "error": "E42"}


def test_what_she_tells_stands_beside_what_we_measure(ana, production, at_the_desk, worker):
    at_the_desk(ana).post("/portal/report/", ASKED | {"version": "4.1", "environment": production.pk})
    worker()

    row = next(row for row in Case.objects.get().facts.table() if row.key == "version")
    assert row.sentence == "They see 4.1, the server runs 4.3: a cached page?"


def test_answers_become_the_facts_their_fields_name(ana, max, at_the_desk, worker):
    source = OURS.replace("key: seen, label: Seen", "key: seen, fact: symptom, label: Seen").replace(
        "key: error, label", "key: error, fact: none, label"
    )
    ReportTemplate.objects.publish("web", source=source, by=max)
    at_the_desk(ana).post("/portal/report/", ASKED | {"seen": "an error", "error": "E42"})
    worker()

    case = Case.objects.get()
    told = dict(case.facts.filter(source="told").values_list("key", "value"))
    assert told == {"symptom": "an error"}
    assert Submission.objects.get().answers == {"seen": "an error", "error": "E42"}


def test_a_report_keeps_the_version_it_was_made_with(ana, max, at_the_desk):
    browser = at_the_desk(ana)
    browser.post("/portal/report/", ASKED | {"once": "1"})
    second = ReportTemplate.objects.publish("web", source=OURS, by=max, because="Shorter")
    browser.post("/portal/report/", ASKED | {"once": "2"})

    first, later = Submission.objects.order_by("pk")
    assert first.template.is_shipped
    assert first.template.source == sources()["web"]
    assert later.template == second
    assert second.version == 2


def test_a_version_is_never_changed(max):
    made = ReportTemplate.objects.publish("web", source=OURS, by=max)

    with pytest.raises(Error, match="never changed"):
        ReportTemplate.objects.filter(pk=made.pk).update(source="")
