"""A service level across a lunch break, a holiday and two pauses, explained line by line and the same to the second."""

import pytest

from tandem.cases.models import Ball, Case
from tandem.clocks import keeping, panels
from tandem.clocks.tests.conftest import berlin
from tandem.kit import clock

HOUR = 3600


@pytest.fixture
def through_christmas(ana, production, standard, sam, when):
    """Eight hours of work: from Wednesday morning over lunch, two questions and Christmas to the Monday after."""
    with when("2026-12-23 11:20"):
        case = Case.objects.open_for(ana, title="Nightly export stops", environment=production)
    with when("2026-12-23 11:50"):
        case.updates.send("Which rows are the last?", by=sam, ball=Ball.CUSTOMER)
    with when("2026-12-23 13:30"):
        case.messages.write("10,000.", by=ana, audience="customer", channel="portal")
    with when("2026-12-23 15:00:07"):
        case.waits.begin(words="The cloud provider, ticket 4711", by=sam)
    with when("2026-12-23 16:10:52"):
        case.waits.get().end(by=sam)
    return case


def explained(case, at):
    with clock.at(berlin(at)):
        (told,) = [told for row, told in panels.explained(case, case.reporter_sees) if row.kind == "resolution"]
    return [(line.when, line.says, line.seconds) for line in told]


def test_it_is_explained_line_by_line(through_christmas, sam, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    through_christmas.reporter_sees = sam

    assert explained(through_christmas, "2026-12-23 17:00") == [
        ("", "“Standard”, version 1: holds for every case that no policy before it holds for.", None),
        ("", "8 h of working time for priority “not judged yet”, by the calendar Office Berlin.", None),
        ("Wed 23 Dec 11:20", "The case was opened.", None),
        ("Wed 23 Dec 11:20–11:50", "Working time.", 1800),
        ("Wed 23 Dec 11:50 – 13:30", "Stood still: the ball is with the customer.", None),
        ("Wed 23 Dec 13:30–15:00:07", "Working time.", 5407),
        (
            "Wed 23 Dec 15:00:07 – 16:10:52",
            "Stood still: we wait for somebody outside: The cloud provider, ticket 4711.",
            None,
        ),
        ("Wed 23 Dec 16:10:52–17:00", "Working time.", 2948),
        ("Thu 24 Dec 09:00–12:00, 13:00–15:10:45", "Working time to come.", 18645),
        ("", "Counted so far, of 8 h.", 10155),
        ("Thu 24 Dec 15:10:45", "Due.", None),
    ]


def test_a_holiday_and_a_weekend_are_told_where_they_stand(through_christmas, ana, sam, when, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    through_christmas.reporter_sees = sam
    with when("2026-12-24 14:00"):
        through_christmas.updates.send("And yours?", by=sam, ball=Ball.CUSTOMER)
    with when("2026-12-24 16:30"):
        through_christmas.messages.write("The same.", by=ana, audience="customer", channel="portal")

    told = explained(through_christmas, "2026-12-24 17:00")

    assert told[-7:] == [
        ("Thu 24 Dec 09:00–12:00, 13:00–14:00", "Working time.", 14400),
        ("Thu 24 Dec 14:00 – 16:30", "Stood still: the ball is with the customer.", None),
        ("Thu 24 Dec 16:30–17:00", "Working time.", 1800),
        ("Fri 25 Dec", "Christmas Day: no working time.", None),
        ("Mon 28 Dec 09:00–09:40:45", "Working time to come.", 2445),
        ("", "Counted so far, of 8 h.", 10155 + 14400 + 1800),
        ("Mon 28 Dec 09:40:45", "Due.", None),
    ]
    counted = sum(seconds for _when, _says, seconds in told[:-2] if seconds)
    assert counted == 8 * HOUR


def test_the_calendars_time_zone_is_named_to_a_reader_elsewhere(through_christmas, sam):
    through_christmas.reporter_sees = sam
    told = explained(through_christmas, "2026-12-23 17:00")

    assert "by the calendar Office Berlin, Europe/Berlin." in told[1][1]
    assert told[2][0] == "Wed 23 Dec 10:20"
    assert told[-1] == ("Thu 24 Dec 14:10:45", "Due.", None)


def test_what_is_kept_equals_the_replay_to_the_second(through_christmas):
    rows = {(row.kind, row.seq, row.escalation_id): row for row in through_christmas.clocks.all()}

    assert keeping.differences(through_christmas) == []
    assert len(rows) == 3
    through_christmas.refresh_from_db()
    assert through_christmas.due_at == min(row.due_at for row in rows.values() if not row.met_at)
