from datetime import timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Ball
from tandem.kit import clock
from tandem.measure.models.correction import NoSuchTime, NotTheirTime
from tandem.measure.worked import worked


@pytest.fixture
def day(case, sam, erin):
    """Sam writes at 10 and 20 minutes, then Ana has it for three hours, then Erin looks at it once."""
    start = case.opened_at
    for minutes in (10, 20):
        with clock.at(start + timedelta(minutes=minutes)):
            case.messages.write("Looking.", by=sam, audience=Audience.SUPPORT)
    with clock.at(start + timedelta(minutes=60)):
        case.pass_ball(Ball.CUSTOMER, by=None)
    with clock.at(start + timedelta(minutes=240)):
        case.pass_ball(Ball.ENGINEERING, by=None)
    with clock.at(start + timedelta(minutes=250)):
        case.messages.write("An index.", by=erin, audience=Audience.SUPPORT)
    with clock.at(start + timedelta(minutes=300)):
        yield case


def minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def test_work_is_derived_from_acts_and_waiting_from_the_ball(day, sam, erin):
    found = worked(day)

    assert {of.person: minutes(of.span) for of in found.people} == {sam: 15, erin: 5}
    assert {side: minutes(span) for side, span in found.waited.items()} == {
        "support": 60,
        "customer": 180,
        "engineering": 60,
    }
    assert found.says("Ana") == "5 h open · 20 min worked · 3 h waiting on Ana"


def test_acts_further_apart_are_two_stretches(day, settings):
    settings.WORK_GAP_MINUTES = 5

    assert [minutes(stretch.span) for stretch in worked(day).stretches] == [5, 5, 5]


def test_the_bar_adds_up_to_the_whole(day):
    bar = worked(day).bar("Ana")

    assert round(sum(part["share"] for part in bar)) == 100
    assert [part["label"] for part in bar][:2] == ["worked 20 min", "waiting on Ana 3 h"]


def test_one_corrects_ones_own_time_and_a_manager_anybodys(day, sam, erin, max):
    with pytest.raises(NotTheirTime):
        day.time_corrections.correct(sam, minutes=5, why="A guess", by=erin)
    for wrong in ({"minutes": 0, "why": "nothing"}, {"minutes": 3, "why": " "}, {"minutes": 2000, "why": "long"}):
        with pytest.raises(NoSuchTime):
            day.time_corrections.correct(sam, by=sam, **wrong)
    made = day.time_corrections.correct(sam, minutes=30, why="A call", by=max)
    assert minutes(worked(day).total) == 50

    made.withdraw(by=sam)

    assert minutes(worked(day).total) == 20


def test_nobody_worked_less_than_nothing(day, sam):
    day.time_corrections.correct(sam, minutes=-60, why="The page was open", by=sam)

    assert minutes(worked(day).total) == 5


def test_the_panel_and_the_programs_door_tell_the_same(day, sam, ana, at_the_desk, by_api):
    page = at_the_desk(sam).post(f"/desk/cases/{day.number}/time/", {"minutes": 30, "why": "A call"}, follow=True)
    assert "50 min worked" in page.text

    told = by_api(sam).get(f"/api/v1/cases/{day.number}/time").json()

    assert told["worked"] == 50 * 60
    assert by_api(ana).get(f"/api/v1/cases/{day.number}/time").status_code == 403
