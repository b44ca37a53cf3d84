from datetime import timedelta

import pytest
from django.db import transaction

from tandem.automate import firing, knowing
from tandem.automate.acting import Outcome
from tandem.automate.models import MOST_AN_HOUR, MOST_FAILURES, IsOff, Rehearsal, Rule, Run
from tandem.automate.models.rehearsal import occasions
from tandem.automate.tests.rules import GIVE, NOTE, REFUND, notes, says, written
from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.cases.privacy.erasing import SIGN, erase
from tandem.communicate.models import Promise, Template
from tandem.kit import clock
from tandem.kit.errors import Refused


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


def test_what_is_put_back_by_an_undo_sets_off_nothing_nor_would_have(case, max, sam, worker):
    case.assessments.judge(impact=5, urgency=5, realm="data", by=sam)
    rule = written(max, when="assessment.judged", condition="case.priority == 1", acts=[NOTE])
    lower = Run.objects.do([case], [{"act": "set_priority", "with": {"priority": 4, "why": "A test."}}], by=sam)

    lower.undo(by=sam)
    worker()

    case.refresh_from_db()
    assert (case.priority, notes(case)) == (1, 0)
    assert [event for event, _at in occasions(rule.current, since=rule.switched_on_at, until=clock.now())] == [
        case.events.filter(verb="assessment.judged", facts__has_key="run").order_by("pk").first()
    ]
    case.assessments.judge(impact=5, urgency=5, realm="data", by=sam)
    worker()
    assert notes(case) == 1


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


def test_what_it_has_leave_or_wake_later_does_not_set_it_off_again(case, max, sam, worker, settings):
    settings.UNDO_SECONDS = 10
    Template.objects.write(name="Until then", body="We are on it.", by=max)
    written(max, when="update.sent", acts=[{"act": "send_reply", "with": {"template": "Until then"}}])
    written(max, name="Later", when="snooze.ended", acts=[{"act": "snooze", "with": {"length": "1h", "on": ""}}])
    case.updates.send("We look into it.", by=sam)
    case.snoozes.put_off(by=sam, until=clock.now() + timedelta(hours=1))

    for minutes in (0, 1, 2, 61, 122, 183):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            worker()

    assert case.updates.count() == 2
    assert Run.objects.count() == 2


def test_what_it_promised_and_what_breaks_later_does_not_set_it_off_again(case, max, sam, worker):
    written(max, when="promise.broken", acts=[{"act": "promise", "with": {"within": "1h"}}])
    case.promises.make(clock.now() + timedelta(hours=1), by=sam)

    for hours in (1.1, 2.2, 3.3):
        with clock.at(clock.now() + timedelta(hours=hours)):
            Promise.objects.watch()
            worker()

    assert [line.facts.get("run") for line in case.events.filter(verb="promise.broken")] == [None, Run.objects.get().pk]


def test_a_rule_that_stopped_is_not_switched_on_by_who_edits_it(case, max):
    rule = written(max)
    edited = Rule.objects.get(pk=rule.pk)
    rule.pause("It ran again and again.")

    edited.change(name="Refunds", when="message.received", acts=[NOTE], condition=REFUND, by=max)

    rule.refresh_from_db()
    assert not rule.is_on
    assert rule.paused_because == "It ran again and again."
    assert (rule.version, rule.newest.number) == (1, 2)


def test_what_is_erased_stands_in_no_run_and_no_rehearsal_of_its_case(case, mallorys_case, max, sam, worker):
    rule = written(max, condition='event.text.contains("swordfish")')
    says(case, "The word is swordfish-77.", worker)
    rule.current.rehearsals.begin(by=max)
    Run.objects.do([case], [{"act": "note", "with": {"text": "They said swordfish-77."}}], by=sam)
    others = Run.objects.do([mallorys_case], [{"act": "note", "with": {"text": "Not swordfish-77."}}], by=sam)

    with transaction.atomic():
        erase([case], "swordfish-77")

    others.refresh_from_db()
    assert "swordfish-77" in others.title
    runs = Run.objects.exclude(pk=others.pk)
    kept = [*runs.values_list("acts", "saw", "title"), *Rehearsal.objects.values_list("found")]
    assert "swordfish-77" not in str(kept)
    assert SIGN in str(kept)


def test_of_what_is_erased_no_beginning_stays_where_it_was_cut(case, max, worker):
    rule = written(max, condition='event.text.contains("word")')
    says(case, "The word is ".ljust(190, "…") + "swordfish-77.", worker)
    rule.current.rehearsals.begin(by=max)
    assert Run.objects.get().saw["event.text"].endswith("…swordfish-")

    with transaction.atomic():
        erase([case], "swordfish-77")

    [kept] = [one["saw"]["event.text"] for one in Rehearsal.objects.get().found]
    assert kept == Run.objects.get().saw["event.text"] == "The word is ".ljust(190, "…") + SIGN


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
    rule.switch_on(by=max)
    says(case, "A refund, please.", worker)

    assert [run.rule_version.number for run in Run.objects.order_by("pk")] == [1, 2]
    assert [(v.number, v.because) for v in rule.versions.all()] == [(2, "Too many"), (1, "")]


def test_the_ledger_and_the_row_know_the_same_of_a_case(case, max, sam, erin, platform, worker):
    case.assignments.arrange(customer=sam, technical=erin, by=sam)
    case.assessments.judge(impact=4, urgency=5, realm="data", by=sam)
    case.promises.make(clock.now() + timedelta(hours=3), by=sam)
    case.escalations.raise_to(platform, by=sam, asking="Why?")
    for end in (
        lambda: None,
        lambda: case.assignments.end("technical", by=sam),
        lambda: case.updates.send("Soon.", by=sam),
        lambda: case.assessments.judge(impact=2, urgency=2, realm="web", by=sam),
        lambda: case.assessments.take_back(by=sam),
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
        standing = row.assessments.standing().first()
        assert known.impact == (standing.impact if standing else 0)
        assert known.team == (row.ball_team.slug if row.ball_team else "")
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
