"""Times that pass without something happening: from which line of the ledger they count, how long, and what ends them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils.functional import Promise as Words
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Event
from tandem.cases.models.event import RULED
from tandem.cases.sentences import in_general
from tandem.communicate.models import Promise
from tandem.communicate.models.promise import PromiseQuerySet

MOST = 5000
AHEAD = timedelta(days=60)  # as long as anybody promises ahead


class Waiting(NamedTuple):
    """`begins`: which lines it counts from. `ends`: what ends it, or begins it anew. `ahead`: the time before a moment."""

    says: str | Words
    begins: Q
    ends: Q
    ahead: bool = False
    first_counts: bool = False
    """Of several beginnings without an end between, whether the first counts, or the last."""


ENTERED = tuple(f"case.entered_{stage}" for stage in Stage.values)
OVER = Q(verb__in=("case.entered_close", "case.merged"))
WAITINGS: dict[str, Waiting] = {
    "no_answer": Waiting(
        _("the customer waits for an answer for"),
        Q(verb="message.received", audience=Audience.CUSTOMER),
        Q(verb="update.sent", by__isnull=False) & ~RULED | OVER,
        first_counts=True,
    ),
    "customer_silent": Waiting(
        _("the ball is with the customer for"),
        Q(verb="ball.passed", facts__to=Ball.CUSTOMER),
        Q(verb__in=("ball.passed", "message.received")) | OVER,
    ),
    "in_stage": Waiting(_("it stands in a stage for"), Q(verb__in=ENTERED), Q(verb__in=(*ENTERED, "case.merged"))),
    "promise_due": Waiting(
        _("a promise is due within"),
        Q(verb__in=("promise.made", "promise.taken_over")),
        Q(verb__in=("promise.made", "promise.taken_over", "promise.kept", "promise.withdrawn")) | OVER,
        ahead=True,
    ),
}


def when_says(when: str, span: str) -> str:
    """When a rule looks, as a person reads it."""
    return capfirst(f"{WAITINGS[when].says} {span}") if when in WAITINGS else in_general(when) or when


def moment(kind: str, event: Event, span: timedelta) -> datetime:
    """When it has lasted so long. For a promise: so long before it is due, at the earliest when it was made."""
    if not WAITINGS[kind].ahead:
        return event.at + span
    return max(datetime.fromisoformat(event.facts["due_at"]) - span, event.at)


def passed(
    kind: str, span: timedelta, *, since: datetime, until: datetime, now: datetime | None = None
) -> Iterator[tuple[Event, datetime]]:
    """Each time it lasted so long between these moments: the line it counts from, and when. Oldest first, MOST at most.

    With `now` only what has not ended since, either.
    """
    waiting = WAITINGS[kind]
    told = [
        (event, moment(kind, event, span)) for event in _beginnings(waiting, span, since, until, live=now is not None)
    ]
    due = sorted(((event, at) for event, at in told if since < at <= until), key=lambda pair: (pair[1], pair[0].pk))
    ended = _ended(waiting, due)
    return ((event, at) for event, at in due if not ended(event, now or at))


def _beginnings(waiting: Waiting, span: timedelta, since: datetime, until: datetime, *, live: bool) -> Iterable[Event]:
    """A promise may be made long before it is due: which ones matter is known by when they are."""
    if waiting.ahead:
        due = promises(live).filter(due_at__gt=since, due_at__lte=until + span).values("case")
        rows = Event.objects.filter(waiting.begins, case__in=due, at__gt=since - AHEAD, at__lte=until)
    else:
        rows = Event.objects.filter(waiting.begins, at__gt=since - span, at__lte=until - span)
    return rows.select_related("case", "by").order_by("-at", "-pk")[:MOST]


def promises(live: bool) -> PromiseQuerySet:
    """What does not stand has ended, so a look each minute reads only what does; a rehearsal asks for what once stood."""
    found: PromiseQuerySet = Promise.objects.standing() if live else Promise.objects.all()
    return found


def _ended(waiting: Waiting, due: list[tuple[Event, datetime]]) -> Callable[[Event, datetime], bool]:
    rows = Event.objects.filter(case__in={event.case_id for event, _at in due})
    ends, begins = rows.filter(waiting.ends), rows.filter(waiting.begins)
    lines: dict[int, list[tuple[int, datetime]]] = {}
    for case, seq, at in ends.order_by("case", "seq").values_list("case", "seq", "at"):
        lines.setdefault(case, []).append((seq, at))
    first: dict[int, list[int]] = {}
    if waiting.first_counts:
        for case, seq in begins.order_by("case", "seq").values_list("case", "seq"):
            first.setdefault(case, []).append(seq)

    def is_over(event: Event, at: datetime) -> bool:
        told = lines.get(event.case_id, [])
        if any(seq > event.seq and when <= at for seq, when in told):
            return True
        last_end = max((seq for seq, _when in told if seq < event.seq), default=0)
        return any(last_end < seq < event.seq for seq in first.get(event.case_id, []))

    return is_over
