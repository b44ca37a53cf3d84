"""What a clock says, held against a walk over the minutes: through zones, changes of the clock, holidays, pauses, policies."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tandem.clocks import explain
from tandem.clocks.history import Pause, Run
from tandem.clocks.reckoning import OPEN, reckon
from tandem.clocks.terms import ALWAYS, CHOSEN_OF_CASE, Agreement, Kind, Reason, Terms
from tandem.clocks.tests.test_worktime import STARTS, at
from tandem.clocks.tests.walking import HOURS, MINUTE, is_worked, of

KIND = Kind.RESOLUTION
DAYS = 4 * 24 * 60
MINUTES = st.integers(0, DAYS)


def agreement(hours, *, target=None, pauses=(), warn=75, pk=1):
    targets = {KIND: {0: target}} if target else {}
    return Agreement(pk, "Standard", pk, "", "Office", hours, targets, frozenset(pauses), warn)


AGREEMENTS = st.builds(
    agreement,
    HOURS,
    target=st.one_of(st.none(), st.integers(1, 40 * 60).map(lambda n: n * MINUTE)),
    pauses=st.sets(st.sampled_from(CHOSEN_OF_CASE)),
)


@st.composite
def told(draw):
    """A run of some days with pauses, and one to three policies, in whole minutes."""
    start = draw(STARTS)
    pauses = [
        Pause(reason, start + since * MINUTE, None if length is None else start + (since + length) * MINUTE)
        for reason, since, length in draw(
            st.lists(st.tuples(st.sampled_from(Reason), MINUTES, st.one_of(st.none(), MINUTES)), max_size=4)
        )
    ]
    since = sorted(draw(st.lists(MINUTES, max_size=2, unique=True)))
    timeline = [Terms(start + minute * MINUTE, draw(AGREEMENTS)) for minute in [-5, *since]]
    ended = draw(st.one_of(st.none(), MINUTES.map(lambda n: start + n * MINUTE)))
    return Run(KIND, 1, start, ended=ended, how="met" if ended else ""), pauses, timeline


class Walk:
    """Minute by minute: what counts, until when, and when it came to so much."""

    def __init__(self, run, pauses, timeline, end):
        self.counted, self.reached = 0, {}
        for minute in range(run.began, end, MINUTE):
            terms = [each for each in timeline if each.since <= minute][-1]
            stops = terms.agreement.pauses | ALWAYS
            still = any(
                p.reason in stops and p.since <= minute and (p.until is None or minute < p.until) for p in pauses
            )
            if not still and is_worked(terms.agreement.hours, minute):
                self.counted += MINUTE
                self.reached[self.counted] = minute + MINUTE


@settings(max_examples=70, deadline=None, suppress_health_check=list(HealthCheck))
@given(told())
def test_it_says_what_a_walk_over_the_minutes_says(story):
    run, pauses, timeline = story
    end = run.ended or run.began + DAYS * MINUTE
    reckoned = reckon(run, pauses, timeline)
    if reckoned is None:
        assert not any(terms.target(KIND) for terms in timeline)
        return

    walk = Walk(run, pauses, timeline, end if reckoned.ended is None else reckoned.ended)

    assert reckoned.counted(end) == walk.counted
    assert sum(segment.worked(end) for segment in reckoned.segments) == walk.counted
    for told_at, target in (reckoned.due, reckoned.target), (reckoned.warn, reckoned.target * 75 // 100):
        if target % MINUTE == 0 and target in walk.reached:
            assert told_at == walk.reached[target]
        elif told_at is not None and target > walk.counted:
            assert told_at > min(end, reckoned.ended or end)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(told(), MINUTES)
def test_it_does_not_matter_when_one_asks(story, later):
    """What happens later changes nothing of what was; a pause that is over before it begins changes nothing at all."""
    run, pauses, timeline = story
    now = run.began + later * MINUTE
    reckoned = reckon(run, pauses, timeline)
    if reckoned is None:
        return
    assert reckoned == reckon(run, [*pauses, Pause(Reason.CLOSED, now, now)], timeline)
    same = [*timeline, replace(timeline[-1], since=max(now, timeline[-1].since + 1))]
    assert (again := reckon(run, pauses, same))
    if reckoned.how != "withdrawn":
        assert (again.due, again.warn, again.counted(now)) == (reckoned.due, reckoned.warn, reckoned.counted(now))
    assert reckoned.counted(now) <= reckoned.counted(now + 3600)


BERLIN = of("09:00-12:00 13:00-17:00", zone="Europe/Berlin", country="DE")
BEGAN = at("2026-11-24 11:00")
RUN = Run(KIND, 1, BEGAN)
EIGHT = agreement(BERLIN, target=8 * 3600, pauses=[Reason.CUSTOMER])


def test_what_stands_still_is_not_due_and_tells_what_is_left():
    reckoned = reckon(RUN, [Pause(Reason.CUSTOMER, at("2026-11-24 14:00"))], [Terms(0, EIGHT)])

    assert (reckoned.due, reckoned.warn, reckoned.left) == (None, None, 6 * 3600)


def test_what_a_policy_does_not_stand_still_for_counts():
    asked = Pause(Reason.VENDOR, at("2026-11-24 14:00"))

    assert reckon(RUN, [asked], [Terms(0, EIGHT)]).due == at("2026-11-25 12:00")


def test_what_was_due_stays_due_when_it_stands_still_later():
    short = replace(EIGHT, targets={KIND: {0: 3600}})
    reckoned = reckon(RUN, [Pause(Reason.CUSTOMER, at("2026-11-24 14:00"))], [Terms(0, short)])

    assert reckoned.due == at("2026-11-24 12:00")
    assert reckoned.is_broken(at("2026-11-25 12:00"))
    assert reckoned.stands_still == ()


def test_another_policy_counts_on_from_what_was_worked_under_the_one_before():
    always = replace(EIGHT, pk=2, hours=of("00:00-24:00", zone="UTC", days="0123456"))
    reckoned = reckon(RUN, [], [Terms(0, EIGHT), Terms(at("2026-11-24 15:00"), always)])

    assert reckoned.due == at("2026-11-24 15:00") + 5 * 3600


def test_the_first_policy_holds_from_the_beginning_whenever_it_was_chosen():
    assert reckon(RUN, [], [Terms(at("2026-11-24 15:00"), EIGHT)]).counted(at("2026-11-24 12:00")) == 3600


def test_what_is_agreed_no_more_ends():
    none = replace(EIGHT, pk=2, targets={})
    reckoned = reckon(RUN, [], [Terms(0, EIGHT), Terms(at("2026-11-24 15:00"), none)])

    assert (reckoned.how, reckoned.ended) == ("withdrawn", at("2026-11-24 15:00"))


def test_what_was_never_agreed_is_not_measured():
    assert reckon(RUN, [], [Terms(0, replace(EIGHT, targets={}))]) is None
    assert reckon(RUN, [], []) is None


def test_met_at_the_very_second_is_met_in_time():
    due = reckon(RUN, [], [Terms(0, EIGHT)]).due
    met, late = (reckon(replace(RUN, ended=due + n, how="met"), [], [Terms(0, EIGHT)]) for n in (0, 1))

    assert not met.is_broken(OPEN)
    assert late.is_broken(OPEN)


def test_what_cannot_be_told_says_so():
    unknown = replace(EIGHT, hours=replace(BERLIN, country="XX"))
    still = Pause(Reason.CUSTOMER, at("2026-11-24 14:00"))

    for pauses in ([], [still]):
        reckoned = reckon(RUN, pauses, [Terms(0, unknown)])
        assert (reckoned.due, reckoned.left) == (None, None)
        assert "no holidays" in explain.lines(reckoned, at("2026-11-25 12:00"))[-1].says
