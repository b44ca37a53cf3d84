import contextlib
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tandem.automate import firing, knowing
from tandem.automate.acting import Outcome
from tandem.automate.models import MOST_AN_HOUR, MOST_FAILURES, IsOff, NotWritten, Rehearsal, Rule, Run
from tandem.automate.writing import checked_condition, checked_when
from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.kit import clock
from tandem.kit.errors import Refused

NOTE = {"act": "note", "with": {"text": "They ask for their money back."}}
GIVE = {"act": "give_to", "with": {"to": "sam@tandem.example"}}
REFUND = 'event.text.contains("refund") && account.slug == "northwind"'


def written(max, *, on=True, **told):
    told = {"name": "Refunds", "when": "message.received", "acts": [NOTE]} | told
    rule = Rule.objects.write(**told, by=max)
    if on:
        rule.switch_on(by=max)
    return rule


def says(case, text, worker):
    case.messages.write(text, by=case.reporter, audience=Audience.CUSTOMER)
    worker()


def notes(case):
    return case.messages.filter(audience=Audience.SUPPORT).count()


def test_when_it_happens_and_the_condition_holds_it_acts_once_and_says_why(case, max, worker):
    rule = written(max, condition=REFUND)

    says(case, "We want a refund.", worker)
    says(case, "And the export still stops.", worker)

    run = Run.objects.get()
    assert (run.rule_version, run.by, run.event.verb) == (rule.current, max, "message.received")
    assert run.saw == {"event.text": "We want a refund.", "account.slug": "northwind"}
    assert notes(case) == 1
    line = case.events.get(verb="run.made")
    assert (line.facts["run"], line.facts["title"]) == (run.pk, "Refunds")
    firing.consider(run.event)
    assert Run.objects.count() == 1


def test_it_sees_the_case_as_it_was_when_it_happened(case, max, sam, worker):
    written(max, condition='case.owner == ""')

    case.messages.write("Anybody there?", by=case.reporter, audience=Audience.CUSTOMER)
    case.assignments.give("customer", to=sam, by=sam)
    worker()

    assert Run.objects.get().saw == {"case.owner": ""}


def test_what_is_off_or_was_written_later_does_nothing(case, max, worker):
    rule = written(max, on=False)
    says(case, "One.", worker)
    case.messages.write("Two.", by=case.reporter, audience=Audience.CUSTOMER)
    rule.switch_on(by=max)
    worker()
    assert not Run.objects.exists()

    rule.switch_off(by=max)
    with pytest.raises(IsOff):
        Rule.objects.get().switch_off(by=max)
    says(case, "Three.", worker)
    assert not Run.objects.exists()


def test_its_own_acts_do_not_set_it_off_nor_does_undoing_them(case, max, sam, worker):
    written(max, when="message.written", acts=[NOTE, GIVE])

    case.messages.write("A note of ours.", by=max, audience=Audience.SUPPORT)
    worker()
    assert Run.objects.count() == 1

    Run.objects.get().undo(by=max)
    worker()
    assert Run.objects.count() == 1


def test_what_is_restricted_sets_off_nothing(case, max, worker):
    rule = written(max, when="message.written")

    case.messages.write("Their refund is a legal matter.", by=max, audience=Audience.RESTRICTED)
    worker()

    assert not Run.objects.exists()
    assert rule.current.rehearsals.begin(by=max).hits == 0


def test_two_rules_do_not_play_with_each_other_for_ever(case, max, sam, worker):
    for name, ball in (("To us", "support"), ("To them", "customer")):
        acts = [{"act": "pass_ball", "with": {"to": ball}}]
        written(max, name=name, when="ball.passed", acts=acts)

    case.pass_ball(Ball.ENGINEERING, by=sam)
    worker()

    assert Run.objects.count() <= 4
    assert Rule.objects.on().count() == 2


def test_a_rule_that_runs_again_and_again_on_a_case_stops_and_tells(case, max, worker, outbox):
    rule = written(max)

    for n in range(MOST_AN_HOUR + 1):
        says(case, f"Message {n}.", worker)

    rule.refresh_from_db()
    assert not rule.is_on
    assert "again and again within an hour" in rule.paused_because
    assert Run.objects.count() == MOST_AN_HOUR
    [mail] = [mail for mail in outbox() if mail["To"] == "Max Berger <max@tandem.example>"]
    assert "again and again" in mail.get_payload(0).get_payload(decode=True).decode()


def test_a_rule_that_only_fails_stops(case, max, sam, worker):
    rule = written(max, acts=[{"act": "set_priority", "with": {"priority": 1, "why": "They said so"}}])

    for n in range(MOST_FAILURES):
        says(case, f"Message {n}.", worker)

    rule.refresh_from_db()
    assert "failed 5 times in a row" in rule.paused_because
    assert {step.outcome for run in Run.objects.all() for step in run.steps.all()} == {Outcome.REFUSED}


def test_it_has_the_rights_of_whoever_switched_it_on_and_those_of_now(case, max, sam, worker):
    rule = written(max, acts=[GIVE])
    with pytest.raises(Refused, match="As Support you cannot"):
        Rule.objects.get().switch_on(by=sam)
    max.take_role("support")

    says(case, "Hello?", worker)

    rule.refresh_from_db()
    assert "may not do so any more" in rule.paused_because
    assert not Run.objects.exists()


def test_a_change_is_a_version_and_runs_name_theirs(case, max, worker):
    rule = written(max)
    says(case, "One.", worker)

    rule.change(name="Refunds", when="message.received", condition=REFUND, acts=[NOTE], because="Too many", by=max)
    says(case, "A refund, please.", worker)

    assert [run.rule_version.number for run in Run.objects.order_by("pk")] == [1, 2]
    assert [(v.number, v.because) for v in rule.versions.all()] == [(2, "Too many"), (1, "")]


def test_the_ledger_and_the_row_know_the_same_of_a_case(case, max, sam, erin, platform, worker):
    case.assignments.give_both(customer=sam, technical=erin, by=sam)
    case.assessments.judge(impact=4, urgency=5, realm="data", by=sam)
    case.promises.make(clock.now() + timedelta(hours=3), by=sam)
    case.escalations.raise_to(platform, by=sam, asking="Why?")
    for end in (
        lambda: None,
        lambda: case.assignments.end("technical", by=sam),
        lambda: case.updates.send("Soon.", by=sam),
    ):
        end()
        worker()
        row = Case.objects.get(pk=case.pk)
        [known] = knowing.known_at([(case.events.order_by("seq").last(), None)])
        assert (known.stage, known.stage_since, known.ball) == (
            row.stage,
            pytest.approx(row.stage_since, abs=timedelta(seconds=1)),
            row.ball,
        )
        assert (known.priority, known.realm, known.promised) == (
            row.priority,
            row.realm,
            row.next_update_at is not None,
        )
        assert known.owner == sam.email
        assert known.engineer == (row.technical_owner.email if row.technical_owner else "")


WAITED = [
    ("no_answer", "4h", lambda case, sam: None),
    ("customer_silent", "4h", lambda case, sam: case.pass_ball(Ball.CUSTOMER, by=sam)),
    ("in_stage", "4h", lambda case, sam: case.enter(Stage.TRIAGE, by=sam)),
    ("promise_due", "1h", lambda case, sam: case.promises.make(clock.now() + timedelta(hours=5), by=sam)),
]


@pytest.mark.parametrize(("when", "span", "begins"), WAITED)
def test_a_time_that_passes_sets_it_off_once(case, max, sam, worker, when, span, begins):
    start = clock.now()
    with clock.at(start):
        rule = written(max, when=when, span=span)
        says(case, "Hello?", worker)
        begins(case, sam)
        worker()
    found = []
    for hours in (3.5, 4.1, 4.2, 4.9):
        with clock.at(start + timedelta(hours=hours)):
            firing.let_time_pass()
            worker()
        found.append(Run.objects.filter(rule_version__rule=rule).count())
    assert found == [0, 1, 1, 1]


def test_who_answered_in_time_is_not_reminded(case, max, sam, worker):
    start = clock.now()
    with clock.at(start + timedelta(minutes=1)):
        written(max, when="no_answer", span="4h")
        says(case, "Hello?", worker)
        says(case, "Anybody?", worker)
    with clock.at(start + timedelta(hours=2)):
        case.updates.send("Here.", by=sam)
    with clock.at(start + timedelta(hours=5)):
        firing.let_time_pass()
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("when", "span", "condition"),
    [
        ("message.received", "", REFUND),
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
        assert firing.holds(checked_condition(text), told) in (True, False)


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

    assert "undeclared reference to &#39;case.stge&#39;" in desk.post("/desk/rules/check/", told).content.decode()
    refused = desk.post("/desk/rules/new/", told)
    assert refused.status_code == 422
    assert "If: line 1, character 5" in refused.content.decode()
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


def test_sam_reads_rules_and_does_not_write_them(max, sam, at_the_desk):
    rule = written(max)

    assert at_the_desk(sam).get(f"/desk/rules/{rule.pk}/").status_code == 200
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
