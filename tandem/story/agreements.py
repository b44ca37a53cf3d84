"""How long things may take at this company: when its people are there, and what is agreed with whom."""

from datetime import timedelta
from typing import Any

from tandem.clocks.models import Calendar, Policy
from tandem.clocks.models.policy import Of, Targets
from tandem.clocks.terms import CHOSEN_OF_TEAM, Kind, Reason
from tandem.clocks.worktime import ALWAYS, DayOff, Hours, Window
from tandem.kit import clock

HOUR = 3600
MORNING, AFTERNOON = Window(8 * 60, 12 * 60), Window(13 * 60, 18 * 60)
STILL = (Reason.CUSTOMER, Reason.VERIFICATION, Reason.HOLD, Reason.VENDOR)
AT_ANY_HOUR = [
    (Kind.FIRST_ANSWER, {1: 1}),
    (Kind.NEXT_ANSWER, {1: 4}),
    (Kind.RESOLUTION, {1: 48}),
]
# In hours of work, by priority; 0 is a case nobody has judged.
ENTERPRISE = [
    (Kind.FIRST_ANSWER, {0: 2, 1: 1, 2: 2, 3: 4, 4: 8}),
    (Kind.NEXT_ANSWER, {0: 8, 1: 4, 2: 8, 3: 9, 4: 18}),
    (Kind.RESOLUTION, {2: 27, 3: 54, 4: 90}),
]
STANDARD = [
    (Kind.FIRST_ANSWER, {0: 4, 1: 2, 2: 4, 3: 8, 4: 9}),
    (Kind.NEXT_ANSWER, {0: 9, 1: 4, 2: 9, 3: 18, 4: 27}),
]
ENGINEERING = [
    (Kind.ACCEPT, {0: 9, 1: 1, 2: 4, 3: 9, 4: 9}),
    (Kind.HAND_BACK, {0: 45, 1: 9, 2: 27, 3: 45, 4: 90}),
]


def agree(by: Any) -> None:
    """Two calendars, and who is promised what by them."""
    if Policy.objects.exists():
        return
    office = Calendar.objects.write(name="Office hours, Europe", hours=_office(), by=by)
    always = Calendar.objects.write(name="Day and night", hours=Hours("UTC", ALWAYS), by=by)
    of_case: dict[str, Any] = {"of": Of.CASE, "pauses": STILL, "by": by}
    tier = 'case.account.tier == "enterprise"'
    told = _seconds(AT_ANY_HOUR)
    Policy.objects.write(
        name="Critical, at any hour", calendar=always, targets=told, rule=f"{tier} && case.priority == 1", **of_case
    )
    Policy.objects.write(name="Enterprise", calendar=office, targets=_seconds(ENTERPRISE), rule=tier, **of_case)
    Policy.objects.write(name="Standard", calendar=office, targets=_seconds(STANDARD), **of_case)
    Policy.objects.write(
        name="Engineering", of=Of.TEAM, calendar=office, targets=_seconds(ENGINEERING), pauses=CHOSEN_OF_TEAM, by=by
    )


def _office() -> Hours:
    """With lunch, holidays, and one day on which everybody was elsewhere."""
    day = clock.real().date() - timedelta(days=2)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    week = ((MORNING, AFTERNOON),) * 5 + ((), ())
    return Hours("Europe/Berlin", week, "DE", "BE", off=(DayOff(day, "Everybody plans the year together"),))


def _seconds(hours: list[tuple[Kind, dict[int, int]]]) -> Targets:
    return {kind.value: {priority: n * HOUR for priority, n in told.items()} for kind, told in hours}
