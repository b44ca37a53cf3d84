import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.desk import nav, now
from tandem.kit import clock
from tandem.people.models import Team


@pytest.fixture
def sams(case, sam):
    """Ana's case with Sam, who has promised her a word in an hour."""
    case.assignments.give("customer", to=sam, by=sam)
    case.promises.make(clock.now() + timedelta(hours=1), by=sam)
    case.refresh_from_db()
    return case


def counted(person) -> int:
    """What the way around says waits behind Now."""
    return nav._counts(SimpleNamespace(user=person))["now"]


def numbers(rows) -> list[int]:
    return [row.number for row in rows]


def test_a_promise_soon_due_comes_before_a_case_without_an_answer(sams, mallorys_case, sam):
    lists = now.of(sam)

    assert numbers(lists.now) == [sams.number, mallorys_case.number]
    assert [row.reason for row in lists.now] == ["Promise to Ana due in 59 min", "Mallory has no answer yet"]


def test_a_promise_far_away_is_for_later(sams, sam):
    sams.promises.make(clock.now() + timedelta(days=2), by=sam)

    lists = now.of(sam)

    assert (numbers(lists.now), numbers(lists.next), lists.waiting) == ([], [sams.number], [])


def test_what_waits_for_ana_waits(sams, sam):
    sams.promises.make(clock.now() + timedelta(days=2), by=sam)
    sams.pass_ball(Ball.CUSTOMER, by=sam)

    lists = now.of(sam)

    assert (lists.now, lists.next, numbers(lists.waiting)) == ([], [], [sams.number])


@pytest.mark.parametrize("ball", [Ball.CUSTOMER, Ball.ENGINEERING])
def test_a_promise_sam_keeps_presses_wherever_the_ball_is(sams, sam, erin, ball):
    sams.assignments.give("technical", to=erin, by=erin)
    sams.pass_ball(ball, by=sam)

    lists = now.of(sam)

    assert [(row.number, row.reason) for row in lists.now] == [(sams.number, "Promise to Ana due in 59 min")]
    assert (lists.next, lists.waiting, counted(sam)) == ([], [], 1)
    with clock.at(clock.now() + timedelta(hours=2)):
        assert now.of(sam).now[0].reason == "Promise to Ana broken for 1 h"


def test_who_drives_the_cause_waits_too_and_who_does_both_reads_of_it_once(sams, sam, erin):
    sams.promises.make(clock.now() + timedelta(days=2), by=sam)
    sams.assignments.give("technical", to=erin, by=erin)
    sams.pass_ball(Ball.CUSTOMER, by=sam)
    assert [numbers(now.of(person).waiting) for person in (sam, erin)] == [[sams.number]] * 2

    sams.assignments.give("technical", to=sam, by=sam)
    assert [numbers(now.of(person).waiting) for person in (sam, erin)] == [[sams.number], []]


def test_a_request_nobody_took_is_for_everybody_of_the_team(sams, sam, erin):
    sams.assessments.judge(impact=4, urgency=5, realm="data", by=sam)
    sams.attempts.note("Rebuilt the index", outcome="no_effect", by=sam)
    sams.escalations.raise_to(erin.teams.get(), by=sam, asking="Why does it stop?")

    sams.promises.make(clock.now() + timedelta(days=2), by=sam)

    assert numbers(now.of(erin).now) == [sams.number]
    assert sams.number not in numbers(now.of(sam).now)


def test_what_nobody_owns_and_nobody_promised_anything_about_is_for_everybody(case, sam):
    case.enter(Stage.TRIAGE, by=sam)
    case.enter(Stage.INVESTIGATE, by=sam)

    [row] = now.of(sam).now

    assert (row.number, row.reason) == (case.number, "Nobody owns it")


def test_what_waits_for_a_team_is_theirs_alone_and_counted_once(case, sam, ada, support):
    case.pass_ball(Ball.SUPPORT, by=ada, team=support)

    assert numbers(now.of(sam).now) == [case.number]
    assert numbers(now.of(ada).now) == []
    assert counted(sam) == 1


@pytest.mark.parametrize("who", ["sam", "erin", "max"])
def test_the_way_around_counts_what_now_shows(sams, mallorys_case, who, request, at_the_desk):
    person = request.getfixturevalue(who)
    shown = now.of(person).presses

    page = at_the_desk(person).get("/desk/queue/").text

    counted = re.search(r'href="/desk/"[^>]*>Now(?: <span class="count">(\d+)</span>)?', page)
    assert int(counted[1] or 0) == shown


def test_for_what_there_is_no_room_comes_first_under_next(ana, sam):
    cases = [Case.objects.open_for(ana, title=f"Export {n} stops") for n in range(now.FEW + 2)]

    lists = now.of(sam)

    assert numbers([*lists.now, *lists.next]) == [case.number for case in cases]
    assert (len(lists.now), lists.presses) == (now.FEW, len(cases))


def test_a_broken_promise_comes_before_a_critical_case_nobody_owns(sams, mallorys_case, sam):
    mallorys_case.assessments.judge(impact=5, urgency=5, by=sam)

    with clock.at(clock.now() + timedelta(minutes=80)):
        lists = now.of(sam)

    assert [row.reason for row in lists.now] == ["Promise to Ana broken for 20 min", "Critical, nobody owns it"]


def test_a_critical_case_presses_however_far_its_promise(mallorys_case, sam):
    mallorys_case.promises.make(clock.now() + timedelta(days=2), by=sam)
    mallorys_case.assessments.judge(impact=5, urgency=5, by=sam)

    assert numbers(now.of(sam).now) == [mallorys_case.number]
    assert counted(sam) == 1


def test_what_happened_last_says_why_it_is_here(sams, sam, erin):
    sams.promises.make(clock.now() + timedelta(days=2), by=sam)
    sams.attempts.note("Rebuilt the index", outcome="no_effect", by=sam)
    sams.escalations.raise_to(erin.teams.get(), by=sam, asking="Why?").accept(by=erin)
    sams.escalations.get().ask("Which rows?", by=erin)

    [row] = now.of(sam).next

    assert row.reason == "Erin has a question, just now"


def test_what_is_snoozed_is_left_out_and_comes_back_with_its_reason(sams, sam, ana):
    sams.promises.make(clock.now() + timedelta(days=2), by=sam)
    sams.snoozes.put_off(by=sam, until=clock.now() + timedelta(days=1))
    assert (now.of(sam).next, counted(sam)) == ([], 0)

    sams.snoozes.standing().get().wake(by=sam)

    [row] = now.of(sam).next
    assert "woken by Sam" in row.reason


def test_what_sam_snoozed_sleeps_for_support_and_erin_sees_what_she_must_do(sams, sam, erin, max, platform):
    sams.assessments.judge(impact=4, urgency=5, realm="data", by=sam)
    sams.escalations.raise_to(platform, by=sam, asking="Why does it stop?")
    sams.promises.make(clock.now() + timedelta(days=2), by=sam)
    sams.snoozes.put_off(by=sam, on="engineering")

    assert numbers(now.of(erin).now) == [sams.number]
    assert counted(erin) == 1
    assert [now.of(person).waiting for person in (sam, max)] == [[], []]
    assert (counted(sam), counted(max)) == (0, 0)


def test_what_erin_snoozed_sleeps_for_engineering_alone(sams, sam, erin, max):
    sams.assignments.give("technical", to=erin, by=erin)
    sams.snoozes.put_off(by=erin, until=clock.now() + timedelta(minutes=20))

    assert numbers(now.of(sam).now) == [sams.number]
    assert (now.of(erin).waiting, counted(erin)) == ([], 0)


def test_what_max_snoozed_sleeps_for_sam_until_it_is_given_to_him(sams, sam, max, worker):
    sams.promises.make(clock.now() + timedelta(days=2), by=sam)
    sams.assignments.give("customer", to=max, by=max)
    worker()
    sams.snoozes.put_off(by=max, until=clock.now() + timedelta(days=1))
    assert numbers(now.of(sam).next) == []

    sams.assignments.give("customer", to=sam, by=sam)
    worker()

    assert numbers(now.of(sam).next) == [sams.number]


def test_what_one_snoozed_stands_in_a_fold_with_when_it_comes_back(sams, sam, erin, at_the_desk, by_api):
    sams.promises.make(clock.now() + timedelta(days=2), by=sam)
    sams.snoozes.put_off(by=sam, on="customer")

    assert [(row.number, row.until) for row in now.of(sam).snoozed] == [(sams.number, "until Ana writes")]
    page = at_the_desk(sam).get("/desk/").text
    assert f'<p class="title"><a href="/desk/cases/{sams.number}/">{sams.title}</a></p>' in page
    assert '<p class="why-here">until Ana writes</p>' in page
    assert by_api(sam).get("/api/v1/now").json()["snoozed"][0]["until"] == "until Ana writes"
    assert now.of(erin).snoozed == []


def test_of_many_that_sleep_the_way_leads_to_all_of_them(ana, sam, at_the_desk):
    for n in range(now.SCREENFUL + 1):
        case = Case.objects.open_for(ana, title=f"Export {n} stops")
        case.snoozes.put_off(by=sam, until=clock.now() + timedelta(days=1 + n))

    page = at_the_desk(sam).get("/desk/").text
    assert "Export 7 stops" in page
    assert "Export 8 stops" not in page
    assert 'href="/desk/queue/?q=snoozed%3Ame"' in page
    rows = at_the_desk(sam).get("/desk/queue/?q=snoozed%3Ame").text
    assert rows.count("<li data-row") == now.SCREENFUL + 1


def test_a_row_of_now_is_chosen_looked_into_and_gone_to_by_the_keys_of_the_queue(sams, sam, at_the_desk):
    page = at_the_desk(sam).get("/desk/").text

    assert '<li data-row data-there="r n a e">' in page
    assert f'name="cases" value="{sams.number}" form="chosen"' in page
    assert f'href="/desk/cases/{sams.number}/peek/" data-peek' in page
    assert 'id="peek"' in page
    assert 'id="run"' in page


def test_the_points_of_a_place_add_up_and_the_page_shows_them(sams, sam, at_the_desk):
    [row] = now.of(sam).now

    assert [(part.says, part.points) for part in row.parts] == [
        ("promise due in 59 min", 50),
        ("not judged yet", 10),
        ("Enterprise", 10),
    ]
    assert "= <b>70</b>" in at_the_desk(sam).get("/desk/").text


def test_the_way_around_counts_what_stands_under_now(sams, mallorys_case, sam, at_the_desk):
    page = at_the_desk(sam).get("/desk/queue/").text

    assert page.split("Now <span")[1].startswith(' class="count">2</span>')


def test_customers_have_no_desk(ana, at_the_desk):
    assert at_the_desk(ana).get("/desk/").status_code == 404


def test_a_program_reads_the_same_places_with_their_points(sams, sam, ana, by_api):
    told = by_api(sam).get("/api/v1/now").json()

    assert [(place["number"], place["points"]) for place in told["now"]] == [(sams.number, 70)]
    assert by_api(ana).get("/api/v1/now").status_code == 403


def test_an_agreed_time_that_is_soon_over_presses(sams, sam):
    sams.promises.make(clock.now() + timedelta(days=2), by=sam)
    sams.reflect(due_at=clock.now() + timedelta(minutes=30))

    [row] = now.of(sam).now

    assert row.reason.startswith("Agreed time ")
    assert 25 in [part.points for part in row.parts]
    assert counted(sam) == 1


def test_a_task_soon_due_presses_wherever_the_ball_is(sams, sam, erin):
    sams.promises.make(clock.now() + timedelta(days=2), by=sam)
    sams.tasks.plan("Check the backup", by=sam, whom=erin, due_at=clock.now() + timedelta(minutes=21))

    [row] = now.of(erin).now

    assert row.reason == "Task due in 20 min: Check the backup"
    assert (counted(erin), counted(sam)) == (1, 0)


def test_the_door_of_escalations_counts_what_waits_for_ones_team(case, sam, erin, platform, at_the_desk):
    other = Team.objects.create(name="Mobile", slug="mobile", kind="engineering")
    first = case.escalations.raise_to(platform, by=sam, asking="Why does it stop?")
    case.escalations.raise_to(other, by=sam, asking="Does the app stop, too?")
    waiting = re.compile(r">Escalations <span[^>]*>(\d+)")

    assert waiting.findall(at_the_desk(erin).get("/desk/").text) == ["1"]
    assert waiting.findall(at_the_desk(sam).get("/desk/").text) == ["2"]

    first.accept(by=erin)
    assert waiting.findall(at_the_desk(erin).get("/desk/").text) == []
