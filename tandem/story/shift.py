"""The end of Priya's shift, in India: Sam reads what she leaves, and has not taken it over yet."""

from datetime import timedelta
from typing import Any

from tandem.cases.models import Case
from tandem.kit import clock, zones
from tandem.shifts import readin
from tandem.shifts.models import HandOver, Shift
from tandem.shifts.models.handover import Leaving
from tandem.triage.models import Schooling

FEW = 3


def suggestions() -> None:
    """What triage suggests is learned from what was judged so far."""
    Schooling.objects.learn()


def hand_over(who: dict[str, Any]) -> None:
    priya, sam = who["priya"], who["sam"]
    with clock.at(clock.real() - timedelta(hours=8)):
        Shift.objects.begin(by=priya)
    with clock.at(clock.real() - timedelta(minutes=20)), zones.hours_of(priya):
        left = readin.drawn(readin.cases_of(priya), priya, Shift.objects.since(priya))
        leaving = [Leaving(each.case, each.next) for each in left[:FEW]]
        words = readin.words(left[:FEW], Shift.objects.since(priya))
        if leaving:
            HandOver.objects.offer(leaving, to=sam, by=priya, words=f"A calm day. Thank you, Sam!\n\n{words}")
            call_of(leaving[0].case, priya)


def call_of(case: Case, priya: Any) -> None:
    case.time_corrections.correct(priya, minutes=25, why="A call that is not in the ledger", by=priya)
