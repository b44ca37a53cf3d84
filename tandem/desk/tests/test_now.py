import re
from datetime import timedelta

import pytest

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case
from tandem.desk import nav, now
from tandem.kit import clock


@pytest.fixture
def sams(case, sam):
    """Ana's case with Sam, who has promised her a word in an hour."""
    case.assignments.give("customer", to=sam, by=sam)
    case.promises.make(clock.now() + timedelta(hours=1), by=sam)
    case.refresh_from_db()
    return case


def numbers(rows) -> list[int]:
    return [row.number for row in rows]


def test_a_promise_soon_due_comes_before_a_case_without_an_answer(sams, mallorys_case, sam):
    lists = now.of(sam)

    assert numbers(lists.now) == [sams.number, mallorys_case.number]
    assert [row.reason for row in lists.now] == ["", "Mallory has no answer yet"]


def test_a_promise_far_away_is_for_later(sams, sam):
    sams.promises.make(clock.now() + timedelta(days=2), by=sam)

    lists = now.of(sam)

    assert (numbers(lists.now), numbers(lists.next), lists.waiting) == ([], [sams.number], [])


def test_what_waits_for_ana_waits(sams, sam):
    sams.pass_ball(Ball.CUSTOMER, by=sam)

    lists = now.of(sam)

    assert (lists.now, lists.next, numbers(lists.waiting)) == ([], [], [sams.number])


def test_a_request_nobody_took_is_for_everybody_of_the_team(sams, sam, erin):
    sams.assessments.judge(impact=4, urgency=5, realm="data", by=sam)
    sams.attempts.note("Rebuilt the index", outcome="no_effect", by=sam)
    sams.escalations.raise_to(erin.teams.get(), by=sam, asking="Why does it stop?")

    assert numbers(now.of(erin).now) == [sams.number]
    assert sams.number not in numbers(now.of(sam).now)


def test_what_nobody_owns_and_nobody_promised_anything_about_is_for_everybody(case, sam):
    case.enter(Stage.TRIAGE, by=sam)
    case.enter(Stage.INVESTIGATE, by=sam)

    [row] = now.of(sam).now

    assert (row.number, row.reason) == (case.number, "nobody looks after it")


def test_what_waits_for_a_team_is_theirs_alone_and_counted_once(case, sam, ada, support):
    case.pass_ball(Ball.SUPPORT, by=ada, team=support)

    assert numbers(now.of(sam).now) == [case.number]
    assert numbers(now.of(ada).now) == []
    assert nav._counts(sam)["now"] == 1


@pytest.mark.parametrize("who", ["sam", "erin", "max"])
def test_the_way_around_counts_what_now_shows(sams, mallorys_case, who, request, at_the_desk):
    person = request.getfixturevalue(who)
    shown = len(now.of(person).now)

    page = at_the_desk(person).get("/desk/queue/").text

    counted = re.search(r'href="/desk/"[^>]*>Now(?: <span class="count">(\d+)</span>)?', page)
    assert int(counted[1] or 0) == shown


def test_more_than_a_screenful_of_it_is_next(ana, sam):
    cases = [Case.objects.open_for(ana, title=f"Export {n} stops") for n in range(now.SCREENFUL + 2)]

    lists = now.of(sam)

    assert numbers([*lists.now, *lists.next]) == [case.number for case in cases]
    assert len(lists.now) == now.SCREENFUL


def test_the_way_around_counts_what_stands_under_now(sams, mallorys_case, sam, at_the_desk):
    page = at_the_desk(sam).get("/desk/queue/").text

    assert page.split("Now <span")[1].startswith(' class="count">2</span>')


def test_customers_have_no_desk(ana, at_the_desk):
    assert at_the_desk(ana).get("/desk/").status_code == 404
