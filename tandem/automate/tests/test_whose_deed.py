"""Somebody stands for what a rule does; they have not done it themselves."""

from datetime import timedelta

import pytest

from tandem.automate import firing
from tandem.automate.models import Run
from tandem.automate.tests.rules import GIVE, NOTE, says, written
from tandem.communicate.models import Template
from tandem.kit import clock
from tandem.measure.worked import worked
from tandem.notify.models import Notice, Reason, Watch
from tandem.shifts.models import HandOver
from tandem.shifts.models.handover import Leaving
from tandem.writing import news

REPLY = {"act": "send_reply", "with": {"template": "Until then"}}
HALF = timedelta(minutes=2, seconds=30)


@pytest.fixture
def until_then(max):
    return Template.objects.write(name="Until then", body="We are on it.", by=max)


def spans(case):
    """By person, to the second."""
    return {of.person: timedelta(seconds=round(of.span.total_seconds())) for of in worked(case).people}


def test_what_a_rule_wrote_says_so_and_is_neither_work_nor_a_wish_to_hear_more(case, max, sam, worker, at_the_desk):
    written(max)

    says(case, "Hello?", worker)

    line = case.events.get(verb="message.written")
    assert (line.by, line.facts["by_rule"], line.by_whom) == (max, "Refunds", "Rule “Refunds” (Max Berger)")
    assert max not in spans(case)
    assert not Watch.objects.filter(watched_by=max).exists()
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/").content.decode()
    assert f'href="/desk/runs/{Run.objects.get().pk}/">by the rule “Refunds”</a>' in page
    assert "Rule “Refunds” (Max Berger)" in at_the_desk(sam).get(f"/desk/cases/{case.number}/ledger/").content.decode()


def test_who_is_given_a_case_by_a_rule_they_switched_on_is_told(case, max, worker):
    written(max, acts=[{"act": "give_to", "with": {"to": "max@tandem.example"}}])

    says(case, "Hello?", worker)

    notice = Notice.objects.visible_to(max).get(event__verb="assignment.given")
    assert (notice.reason, notice.why) == (Reason.GIVEN, "Rule “Refunds” (Max Berger) gave it to you")


def test_who_writes_hears_that_their_own_rule_wrote_meanwhile(case, max, worker):
    written(max)
    case.refresh_from_db()
    seen = case.last_seq

    says(case, "Hello?", worker)

    told = [(one.who, one.words) for one in news.since(case, seen, actor=max) if one.message]
    assert told == [("Rule “Refunds” (Max Berger)", NOTE["with"]["text"]), ("Ana Lima", "Hello?")]


@pytest.mark.parametrize("waits", [0, 10])
def test_the_word_of_a_rule_keeps_no_promise_and_answers_nobody(case, max, sam, worker, settings, until_then, waits):
    settings.UNDO_SECONDS = waits
    start = clock.now()
    with clock.at(start):
        written(max, acts=[REPLY])
        written(max, name="Silence", when="no_answer", span="4h")
        case.promises.make(start + timedelta(hours=9), by=sam)
        says(case, "Hello?", worker)
    with clock.at(start + timedelta(minutes=1)):
        worker()
    assert case.updates.count() == 1
    assert case.promises.standing().exists()

    with clock.at(start + timedelta(hours=5)):
        firing.let_time_pass()
    assert Run.objects.filter(rule_version__name="Silence").exists()


def test_what_a_rule_prepared_is_the_word_of_who_sends_it(case, max, sam, worker, until_then):
    written(max, acts=[{"act": "draft_reply", "with": {"template": "Until then"}}])
    promise = case.promises.make(clock.now() + timedelta(hours=9), by=sam)
    says(case, "Hello?", worker)

    case.planned_updates.waiting().get().leave_now(by=sam)

    promise.refresh_from_db()
    assert promise.state == "kept"
    sent = case.events.get(verb="update.sent")
    assert (sent.by, sent.facts["run"], "by_rule" in sent.facts) == (sam, Run.objects.get().pk, False)


def test_one_stroke_over_two_cases_is_five_minutes_in_all(case, mallorys_case, max, sam):
    run = Run.objects.do([case, mallorys_case], [GIVE], by=max)
    assert (spans(case)[max], spans(mallorys_case)[max]) == (HALF, HALF)

    with clock.at(clock.now() + timedelta(minutes=10)):
        run.undo(by=max)
        assert spans(case)[max] == HALF

    Run.objects.do([case], [NOTE], by=max)
    assert spans(case)[max] == HALF + timedelta(minutes=5)


def test_so_is_a_hand_over_of_two(case, mallorys_case, max, sam):
    before = spans(case).get(sam, timedelta(0))

    HandOver.objects.offer([Leaving(case), Leaving(mallorys_case)], to=max, by=sam).accept(by=max)

    assert (spans(case)[sam] - before, spans(case)[max]) == (HALF, HALF)
