"""Working time, held against a walk over the minutes of UTC."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tandem.clocks.days_off import HolidaysUnknown
from tandem.clocks.tests.walking import HOURS, MINUTE, is_worked, of, walked
from tandem.clocks.worktime import ALWAYS, DayOff, Hours, NoWorkingTime, TooFarAhead, Window

BERLIN = of("09:00-12:00 13:00-17:00", zone="Europe/Berlin", country="DE", subdivision="BE")
SLOW = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
MONTH = 31 * 24 * 60
# Around changes of the clock, in both directions and by half an hour, a day left out, and the turn of the year.
CHANGES = [
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 4, 4, tzinfo=UTC),
    datetime(2026, 10, 3, tzinfo=UTC),
    datetime(2011, 12, 29, tzinfo=UTC),
    datetime(2025, 12, 30, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
]
STARTS = st.builds(
    lambda near, minutes: int(near.timestamp()) + minutes * MINUTE,
    st.sampled_from(CHANGES),
    st.integers(-3 * 24 * 60, 3 * 24 * 60),
)


def at(text: str, zone: str = "Europe/Berlin") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


@SLOW
@given(HOURS, STARTS, st.integers(0, 5 * 24 * 60))
def test_working_time_is_what_a_walk_over_the_minutes_counts(hours, start, minutes):
    end = start + minutes * MINUTE

    assert hours.between(start, end) == walked(hours, start, end)


@SLOW
@given(HOURS, STARTS, st.integers(1, 3 * 24 * 60))
def test_an_instant_is_the_first_by_which_so_much_was_worked(hours, start, minutes):
    try:
        found = hours.after(start, minutes * MINUTE)
    except NoWorkingTime:
        return
    assert hours.between(start, found) == minutes * MINUTE
    assert is_worked(hours, found - 1)


@SLOW
@given(HOURS, STARTS, st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_it_adds_up_and_never_runs_back(hours, start, one, two, seconds):
    middle, end = start + one, start + one + two

    assert hours.between(start, middle) + hours.between(middle, end) == hours.between(start, end)
    assume(any(hours.week))
    first = hours.after(start, seconds)
    assert hours.after(start, seconds + 1) > first >= start
    assert hours.after(first, 61) == hours.after(start, seconds + 61)


def test_lunch_is_not_worked():
    assert BERLIN.between(at("2026-11-24 11:00"), at("2026-11-24 14:00")) == 2 * 3600
    assert BERLIN.after(at("2026-11-24 11:00"), 2 * 3600) == at("2026-11-24 14:00")


def test_a_holiday_is_not_worked_in_its_country_and_a_day_of_ones_own_neither():
    assert BERLIN.why_off(date(2026, 12, 25)) == "Christmas Day"
    assert BERLIN.after(at("2026-12-24 16:00"), 2 * 3600) == at("2026-12-28 10:00")
    own = Hours(BERLIN.zone, BERLIN.week, off=(DayOff(date(2026, 11, 25), "The office moves"),))
    assert own.after(at("2026-11-24 16:00"), 2 * 3600) == at("2026-11-26 10:00")


def test_a_holiday_may_be_worked_all_the_same():
    there = Hours(BERLIN.zone, BERLIN.week, "DE", worked=(date(2026, 12, 25),))

    assert there.between(at("2026-12-25 00:00"), at("2026-12-26 00:00")) == 7 * 3600


def test_what_the_clock_skips_is_not_worked_and_what_it_shows_twice_is_worked_twice():
    night = Hours("Europe/Berlin", ((Window(60, 240),),) * 7)

    assert night.between(at("2026-03-29 00:00"), at("2026-03-29 12:00")) == 2 * 3600
    assert night.between(at("2026-10-25 00:00"), at("2026-10-25 12:00")) == 4 * 3600


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins():
    night = of("22:00-06:00", zone="UTC", days="4")  # Friday

    saturday = at("2026-11-28 00:00", "UTC")
    assert night.between(saturday - 86_400, saturday + 86_400) == 8 * 3600
    assert night.after(saturday + 5 * 3600, 2 * 3600) == at("2026-12-04 23:00", "UTC")


def test_day_and_night_is_a_calendar_too():
    always = Hours("America/New_York", ALWAYS)

    assert (
        always.after(at("2026-10-31 12:00", "America/New_York"), 86_400)
        == at("2026-10-31 12:00", "America/New_York") + 86_400
    )


@pytest.mark.parametrize(
    ("hours", "start", "refusal"),
    [
        (Hours("UTC", ((),) * 7), "2026-11-24 11:00", NoWorkingTime),
        (of("09:00-10:00", zone="UTC", off_for=11), "2026-11-24 11:00", TooFarAhead),
        (BERLIN, "2100-12-31 18:00", HolidaysUnknown),
        (BERLIN, "1985-06-01 10:00", HolidaysUnknown),
        (Hours("UTC", BERLIN.week, country="XX"), "2026-11-24 11:00", HolidaysUnknown),
    ],
)
def test_what_cannot_be_told_ends_in_a_sentence(hours, start, refusal):
    with pytest.raises(refusal) as said:
        hours.after(at(start), 3600)
    assert str(said.value).endswith(".")


def test_a_second_is_told_from_the_next():
    assert BERLIN.after(at("2026-11-24 11:59:59"), 2) == at("2026-11-24 13:00:01")
    assert BERLIN.between(at("2026-11-24 11:59:59"), at("2026-11-24 13:00:01")) == 2


def test_ten_years_are_told_at_once():
    start = at("2026-01-01 00:00")
    assert BERLIN.between(start, start + timedelta(days=3650).total_seconds().__int__()) > 10**7
