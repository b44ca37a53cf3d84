from typing import Any

from django.db.models import Q

from tandem.cases.guards import before_entering
from tandem.cases.journey import is_before
from tandem.cases.ledger import on
from tandem.cases.models import Case, Event, Link
from tandem.communicate.models import Direction
from tandem.organize.models import Snooze
from tandem.organize.models.value import must_be_filled_in
from tandem.organize.waking import (
    ANSWERS,
    BACK,
    COMES,
    DONE,
    PROMISED,
    SPOKEN,
    TIMED,
    WITHDRAWN,
    Wakes,
    Woke,
    comes_to,
)


@on(*SPOKEN)
def wake_when_the_customer_speaks(event: Event) -> None:
    if event.facts.get("direction") == Direction.OUT or (event.by and event.by.is_colleague and not _is_call(event)):
        return
    _wake(event, Woke.CUSTOMER, name=event.facts.get("name") or event.by_whom)


def _is_call(event: Event) -> bool:
    return event.verb == "call.logged"


@on(*PROMISED)
def wake_before_a_promise_breaks(event: Event) -> None:
    _wake(event, Woke.PROMISE)


@on(*TIMED)
def wake_before_a_clock_breaks(event: Event) -> None:
    _wake(event, Woke.CLOCK)


@on(*ANSWERS)
def wake_when_engineering_answers(event: Event) -> None:
    waits = Q(on__in=[Wakes.ENGINEERING, Wakes.ANYTHING])
    _wake(event, Woke.ENGINEERING, waits | _of_others(event) if event.verb in BACK else waits)


@on(*COMES)
def wake_when_it_comes(event: Event) -> None:
    """To the side it sleeps for: there somebody must move now who did not put it off. What customers do wakes it anyway."""
    side = event.case.read_on.snoozed_side
    if not side or (event.by and event.by.is_customer):
        return
    if Event.objects.filter(comes_to(side), pk=event.pk).exists():
        why, name = (Woke.OWNER, event.facts["to"]) if event.verb == "assignment.given" else (Woke.TURN, event.by_whom)
        _wake(event, why, _of_others(event), name=name)


@on(WITHDRAWN)
def wake_when_engineering_is_no_longer_asked(event: Event) -> None:
    _wake(event, Woke.WITHDRAWN, Q(on__in=[Wakes.ENGINEERING, Wakes.ANYTHING]))


@on("closure.made")
def wake_what_waits_for_this_to_close(event: Event) -> None:
    for link in Link.objects.standing().of(event.case):
        waits = Q(case=link.seen_from(event.case), on__in=[Wakes.CASE, Wakes.ANYTHING])
        _each(Snooze.objects.standing().filter(waits), Woke.CASE, name=str(event.case.number))


@on("case.unlinked")
def wake_what_waited_for_a_link(event: Event) -> None:
    _wake_if_alone(event.case, event)


@on("case.merged")
def wake_what_waited_for_what_is_merged(event: Event) -> None:
    for link in Link.objects.standing().of(event.case):
        _wake_if_alone(link.seen_from(event.case), event)


@on(*DONE)
def wake_when_anything_happens(event: Event) -> None:
    _wake(event, Woke.ANYTHING, Q(on=Wakes.ANYTHING) & _of_others(event), name=event.by_whom)


@on("case.entered_close", "case.merged")
def sleep_no_more(event: Event) -> None:
    """Nothing is left to be woken for."""
    why = Woke.MERGED if event.verb == "case.merged" else Woke.CLOSED
    _each(event.case.snoozes.standing().filter(begun_at__lte=event.at), why)


@on("closure.made")
def tell_the_parent(event: Event) -> None:
    for link in Link.objects.to_parents().filter(case=event.case).select_related("other"):
        left = Link.objects.to_parents().filter(other=link.other, case__in_queue=True).count()
        link.other.record("child.closed", by=event.by, see=event.case.number, left=left)


@before_entering
def ask_for_what_must_be_filled_in(case: Case, stage: str, by: Any) -> None:
    """Of us, on the way forward: a customer's word is never refused, nor a way back."""
    if by is not None and by.is_colleague and is_before(case.stage, stage):
        must_be_filled_in(case, stage)


def _of_others(event: Event) -> Q:
    """Who snoozed it knows what they do themselves; what a rule of theirs does they need not know."""
    return Q(pk__isnull=False) if event.is_ruled else ~Q(begun_by=event.by)


def _wake(event: Event, why: str, which: Q | None = None, *, name: str = "") -> None:
    """The case it happened on, or that one is read on; only of what was snoozed before."""
    case: Case = event.case.read_on
    if case.snoozed_until is not None:
        rows = case.snoozes.standing().filter(begun_at__lte=event.at)
        _each(rows.filter(which) if which is not None else rows, why, name=name)


def _wake_if_alone(case: Case, event: Event) -> None:
    """It waits for nothing but a linked case to close, and none that could is left."""
    links = Link.objects.standing().of(case)
    if not any(link.seen_from(case).in_queue for link in links):
        alone = case.snoozes.standing().filter(begun_at__lte=event.at, on=Wakes.CASE, until=None)
        _each(alone, Woke.NOTHING)


def _each(rows: Any, why: str, *, name: str = "") -> None:
    for snooze in rows.select_related("case"):
        snooze.wake(why, name=name)
