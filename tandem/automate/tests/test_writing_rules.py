import contextlib
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tandem.automate import firing, seeing, waiting
from tandem.automate.models import NotWritten, Rehearsal, Rule, Run
from tandem.automate.tests.rules import NOTE, REFUND, written
from tandem.automate.writing import checked_condition, checked_when
from tandem.cases.audience import Audience
from tandem.cases.sentences import SENTENCES, in_general
from tandem.kit import clock


@pytest.mark.parametrize(
    ("when", "span", "condition"),
    [
        ("message.received", "", REFUND),
        ("message.received", "", 'environment.kind == "production" && case.reporter.endsWith("northwind.example")'),
        ("message.received", "", "case.owner == '' || case.priority == 1"),
        ("assessment.judged", "", "case.priority <= 2"),
        ("no_answer", "2h", ""),
        ("in_stage", "3h", 'case.stage == "triage"'),
        ("promise_due", "1h", "case.promised"),
    ],
)
def test_a_rehearsal_says_what_the_rule_would_have_done(case, mallorys_case, max, sam, worker, when, span, condition):
    """The same hours lived with the rule on, and looked up afterwards by a rule of the same words."""
    lived = written(max, when=when, span=span, condition=condition)
    start = clock.now()
    steps = [
        lambda: case.messages.write("A refund?", by=case.reporter, audience=Audience.CUSTOMER),
        lambda: case.assignments.give("customer", to=sam, by=sam),
        lambda: case.assessments.judge(impact=5, urgency=5, by=sam),
        lambda: mallorys_case.messages.write("A refund!", by=mallorys_case.reporter, audience=Audience.CUSTOMER),
        lambda: case.promises.make(clock.now() + timedelta(hours=4), by=sam),
        lambda: mallorys_case.assessments.judge(impact=1, urgency=1, by=sam),
        lambda: case.messages.write("Where is the refund?", by=case.reporter, audience=Audience.CUSTOMER),
        lambda: None,
        lambda: case.updates.send("On its way.", by=sam),
        lambda: None,
    ]
    for hour, step in enumerate(steps):
        with clock.at(start + timedelta(hours=hour, minutes=1)):
            step()
            worker()
            firing.let_time_pass()

    with clock.at(start + timedelta(hours=len(steps))):
        again = Rule.objects.write(name="Again", when=when, span=span, condition=condition, acts=[NOTE], by=max)
        rehearsal = again.current.rehearsals.begin(by=max)
        done = [
            (run.event_id, run.saw)
            for run in Run.objects.filter(rule_version__rule=lived).order_by("event__at", "event_id")
        ]
    told = [(one["event"], one["saw"]) for one in rehearsal.found if one["at"] >= start.isoformat()]
    assert done
    assert sorted(told, key=str) == sorted(done, key=str)


def test_a_long_rehearsal_is_a_job_and_begins_again_where_it_broke_off(case, max, worker, monkeypatch):
    from tandem.automate.models import rehearsal as module

    monkeypatch.setattr(module, "FEW", 2)
    for n in range(5):
        case.messages.write(f"Message {n}.", by=case.reporter, audience=Audience.CUSTOMER)
    rule = written(max, on=False)

    rehearsal = rule.current.rehearsals.begin(by=max)
    assert (rehearsal.finished_at, rehearsal.looked) == (None, 0)
    rehearsal._next()
    worker()

    kept = Rehearsal.objects.get()
    assert (kept.hits, kept.wanted, kept.looked) == (6, 6, 6)
    assert not Run.objects.exists()


@pytest.mark.django_db
@given(st.text(max_size=600))
@example("\ud800")
@example("case.stage ==\n'x")
@example("((((" * 100)
@example("case")
@example("1/0 == 1")
@example('event.text.matches("(")')
@settings(max_examples=150)
def test_any_text_as_a_condition_gives_a_sentence_or_an_answer(text):
    with contextlib.suppress(NotWritten):  # which has a sentence; anything else fails
        told = {"case.stage": "triage", "case.priority": 1, "event.text": "x"}
        condition, _spoken_of = seeing.kept(checked_condition(text))
        assert condition.holds(told) in (True, False)


@pytest.mark.parametrize(
    ("when", "span", "sentence"),
    [
        ("moon.rose", "", "“moon.rose” is nothing that happens"),
        ("run.made", "", "nothing that happens"),
        ("no_answer", "", "say how long"),
        ("no_answer", "soon", "say how long"),
    ],
)
def test_when_is_checked(when, span, sentence):
    with pytest.raises(NotWritten, match=sentence):
        checked_when(when, span)


def test_at_the_desk_it_is_written_checked_rehearsed_and_switched_on(case, max, at_the_desk):
    desk = at_the_desk(max)
    told = {
        "name": "Refunds",
        "when": "message.received",
        "condition": "case.stge == 1",
        "act-0": "note",
        "act-0-text": "Refund",
    }

    assert (
        "there is no “case.stge”. There are: case.stage, case.ball"
        in desk.post("/desk/rules/check/", told).content.decode()
    )
    refused = desk.post("/desk/rules/new/", told)
    assert refused.status_code == 422
    assert "not understood, line 1, character 5" in refused.content.decode()
    assert "Refund" in refused.content.decode()

    more = desk.post("/desk/rules/new/", told | {"add": "give_to", "again": "1"}).content.decode()
    assert 'name="act-1-to"' in more
    assert not Rule.objects.exists()

    page = desk.post("/desk/rules/new/", told | {"condition": 'case.stage == "submit"'}, follow=True).content.decode()
    rule = Rule.objects.get()
    assert "note for us: Refund" in page
    rehearsed = desk.post(f"/desk/rules/{rule.pk}/rehearsals/", follow=True).content.decode()
    assert "and run 1 time" in rehearsed
    assert str(case.number) in rehearsed
    desk.post(f"/desk/rules/{rule.pk}/switch/", {"on": "1"})
    assert Rule.objects.on().exists()
    assert "Refunds" in desk.get("/desk/automation/").content.decode()


def test_when_is_chosen_and_read_in_sentences(max, sam, at_the_desk):
    written(max, when="message.received", name="Heard")
    rule = written(max, when="no_answer", span="8h", name="Unanswered", on=False)
    desk = at_the_desk(max)

    told = desk.get("/desk/automation/").text
    assert 'Message received <code class="quiet small">message.received</code>' in told
    assert 'The customer waits for an answer for 8h <code class="quiet small">no_answer 8h</code>' in told
    page = desk.get(f"/desk/rules/{rule.pk}/").text
    assert "The customer waits for an answer for 8h" in page
    assert '<option value="assessment.judged">Impact and urgency were judged</option>' in page
    assert '<option value="closure.reopened">Opened again</option>' in page
    checked = desk.post("/desk/rules/check/", {"when": "message.received"}).text
    assert "When: Message received" in checked


def test_whatever_may_happen_has_a_sentence_for_any_case():
    for verb in SENTENCES:
        assert in_general(verb), verb
        assert "{" not in in_general(verb)


def test_sam_reads_rules_and_does_not_write_them(max, sam, at_the_desk):
    rule = written(max)

    page = at_the_desk(sam).get(f"/desk/rules/{rule.pk}/").text
    assert '<fieldset class="changing" disabled>' in page
    assert "/desk/rules/check/" not in page
    assert '<fieldset class="changing">' in at_the_desk(max).get(f"/desk/rules/{rule.pk}/").text
    assert at_the_desk(sam).post(f"/desk/rules/{rule.pk}/switch/").status_code == 403


def test_the_same_by_api(case, max, sam, by_api):
    api = by_api(max)
    told = {"name": "Refunds", "when": "message.received", "condition": 'case.stage == "submit"', "acts": [NOTE]}

    rule = api.post("/api/v1/rules", told, content_type="application/json").json()
    assert (rule["version"], rule["is_on"]) == (1, False)
    found = api.post(f"/api/v1/rules/{rule['id']}/rehearsals").json()
    assert (found["hits"], found["found"][0]["number"]) == (1, case.number)
    assert api.get(f"/api/v1/rehearsals/{found['id']}").json() == found
    assert api.post(f"/api/v1/rules/{rule['id']}/switch", {"on": True}, content_type="application/json").json()["is_on"]
    wrong = api.put(f"/api/v1/rules/{rule['id']}", told | {"condition": "moon"}, content_type="application/json")
    assert (wrong.status_code, "undeclared reference to 'moon'" in wrong.json()["title"]) == (422, True)
    assert by_api(sam).post("/api/v1/rules", told, content_type="application/json").status_code == 403
    assert [one["name"] for one in by_api(sam).get("/api/v1/rules").json()] == ["Refunds"]


def test_it_knows_the_tags_of_that_line(case, max, worker):
    written(max, when="tag.put_on", condition='"vip" in case.tags')

    case.taggings.put_on("vip", by=max)
    case.taggings.take_off("vip", by=max)
    case.taggings.put_on("other", by=max)
    worker()

    assert [run.saw for run in Run.objects.all()] == [{"case.tags": ["vip"]}]


def test_the_look_each_minute_reads_only_promises_that_stand(db):
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    due = waiting.promises(live=True).filter(due_at__gt=now, due_at__lte=now + timedelta(hours=4))

    assert "promises_standing" in due.order_by().values("case").explain()
