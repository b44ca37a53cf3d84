"""“Due 14:10, because …”: line by line what a clock counted, what it stood still for, and what was agreed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.clocks.reckoning import OPEN, Reckoned, Segment
from tandem.clocks.terms import Kind, Reason, Terms
from tandem.clocks.worktime import Hours
from tandem.triage.priority import word_of

MOST_DAYS = 14
"""Of one segment told day by day; a longer one in a line."""


@dataclass(frozen=True)
class Because:
    """One line. `seconds` is the working time it adds, None where it adds none."""

    kind: str
    when: str
    says: str
    seconds: int | None = None

    @property
    def counted(self) -> str:
        return "" if self.seconds is None else span(self.seconds)


def lines(reckoned: Reckoned, now: int) -> list[Because]:
    """In the time zone of the reader; the calendar's is named where it is another."""
    if reckoned.trouble:
        return [*_agreed(reckoned), Because("due", "", reckoned.trouble)]
    return [*_agreed(reckoned), *_told(reckoned, _end(reckoned, now), now), *_sum(reckoned, now)]


def span(seconds: int) -> str:
    """Exactly: 3 h 5 min 7 s."""
    hours, rest = divmod(seconds, 3600)
    parts = [(_("{n} h"), hours), (_("{n} min"), rest // 60), (_("{n} s"), rest % 60)]
    return " ".join(words.format(n=n) for words, n in parts if n) or _("{n} min").format(n=0)


def _end(reckoned: Reckoned, now: int) -> int:
    """Until when it is told: the end; else when it is due, or by now where it stands still before that."""
    if reckoned.ended is not None:
        return reckoned.ended
    return now if reckoned.due is None else reckoned.due


def _agreed(reckoned: Reckoned) -> Iterator[Because]:
    first = reckoned.segments[0].terms
    if first.agreement:
        yield Because("policy", "", _policy(first))
        yield Because("agreed", "", _target(reckoned, first))
    yield Because("begin", at(reckoned.run.began), BEGINS[reckoned.run.kind]())


def _policy(terms: Terms) -> str:
    assert terms.agreement
    name, number = terms.agreement.name, terms.agreement.number
    if not terms.agreement.rule:
        return _("“{name}”, version {n}: holds for every case that no policy before it holds for.").format(
            name=name, n=number
        )
    return _("“{name}”, version {n}: the first policy whose rule is true of this case ({rule}).").format(
        name=name, n=number, rule=terms.agreement.rule
    )


def _target(reckoned: Reckoned, terms: Terms) -> str:
    assert terms.agreement
    target, zone = terms.target(reckoned.run.kind), terms.agreement.hours.zone
    calendar = terms.agreement.calendar
    named = calendar if zone == timezone.get_current_timezone_name() else f"{calendar}, {zone}"
    priority = word_of(terms.priority) or _("not judged yet")
    if target is None:
        return _("Nothing agreed for priority “{priority}”.").format(priority=priority)
    told = _("{span} of working time for priority “{priority}”, by the calendar {calendar}.")
    return told.format(span=span(target), priority=priority, calendar=named)


BEGINS: dict[str, Callable[[], str]] = {
    Kind.FIRST_ANSWER: lambda: _("The case was opened."),
    Kind.NEXT_ANSWER: lambda: _("The customer wrote, and waits for an answer."),
    Kind.RESOLUTION: lambda: _("The case was opened."),
    Kind.ACCEPT: lambda: _("The team was asked."),
    Kind.HAND_BACK: lambda: _("The team accepted."),
}


def _told(reckoned: Reckoned, end: int, now: int) -> Iterator[Because]:
    before = reckoned.segments[0].terms
    for segment in reckoned.segments:
        if segment.since >= end and segment is not reckoned.segments[0]:
            return
        if segment.terms is not before:
            yield _changed(reckoned, segment, before)
            before = segment.terms
        until = min(segment.until, end)
        if segment.paused:
            yield _pause(segment, until, is_open=segment.until == OPEN)
        elif segment.terms.agreement and until > segment.since:
            yield from _worked(replace(segment, until=until), now)


def _changed(reckoned: Reckoned, segment: Segment, before: Terms) -> Because:
    target = segment.terms.target(reckoned.run.kind)
    was = before.target(reckoned.run.kind)
    told = _("{policy} {agreed} Before: {was}.").format(
        policy=_policy(segment.terms) if segment.terms.agreement else _("No policy holds any more."),
        agreed=_target(reckoned, segment.terms) if target and segment.terms.agreement else "",
        was=span(was) if was else _("nothing agreed"),
    )
    return Because("changed", at(segment.since), told)


def _pause(segment: Segment, until: int, *, is_open: bool) -> Because:
    reasons = dict.fromkeys(
        f"{Reason(p.reason).label}: {p.words}" if p.words else str(Reason(p.reason).label) for p in segment.paused
    )
    why = _(" and ").join(reasons)
    if is_open:
        return Because("pause", _("since {at}").format(at=at(segment.since)), _("Stands still: {why}.").format(why=why))
    return Because("pause", between(segment.since, until), _("Stood still: {why}.").format(why=why))


def _worked(segment: Segment, now: int) -> Iterator[Because]:
    assert segment.terms.agreement
    hours = segment.terms.agreement.hours
    days = list(_days(hours, segment.since, segment.until))
    if len(days) > MOST_DAYS:
        n = sum(bool(spans) for _day, _why, spans in days)
        says = ngettext("{n} working day", "{n} working days", n).format(n=n)
        if off := [f"{why} ({formats.date_format(day, 'j M')})" for day, why, _spans in days if why]:
            says = _("{days}, without {off}").format(days=says, off=", ".join(off))
        yield Because("worked", between(segment.since, segment.until), says, segment.worked(segment.until))
        return
    for day, why, spans in days:
        if why:
            says = _("{name}: no working time.").format(name=why)
            yield Because("off", formats.date_format(day, "D j M"), says)
        if spans:
            yield Because("worked", _of_day(spans), _tense(spans, now), sum(until - since for since, until in spans))


def _tense(spans: list[tuple[int, int]], now: int) -> str:
    return _("Working time to come.") if spans[0][0] >= now else _("Working time.")


def _days(hours: Hours, since: int, until: int) -> Iterator[tuple[date, str, list[tuple[int, int]]]]:
    """Each day of the calendar: why it is off, if it would be worked else; and what was worked of it."""
    zone = ZoneInfo(hours.zone)
    day, last = _date(since, zone), _date(until - 1, zone)
    spans = list(hours.spans(since, until))
    while day <= last:
        here = [(start, end) for start, end in spans if _date(start, zone) == day]
        why = hours.why_off(day) if hours.week[day.weekday()] else ""
        if here or why:
            yield day, why, _put_together(here)
        day += timedelta(1)


def _put_together(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What touches at midnight of UTC is one."""
    told: list[tuple[int, int]] = []
    for since, until in spans:
        if told and told[-1][1] == since:
            told[-1] = (told[-1][0], until)
        else:
            told.append((since, until))
    return told


def _sum(reckoned: Reckoned, now: int) -> Iterator[Because]:
    counted = reckoned.counted(now)
    yield Because("sum", "", _("Counted so far, of {target}.").format(target=span(reckoned.target)), counted)
    if reckoned.due is None:
        yield Because(
            "due", "", _("Not due while it stands still; then {span} are left.").format(span=span(reckoned.left or 0))
        )
    else:
        yield Because("due", at(reckoned.due), _("Due."))
    if reckoned.ended is not None:
        yield Because(reckoned.how, at(reckoned.ended), _ending(reckoned))


def _ending(reckoned: Reckoned) -> str:
    if reckoned.how == "withdrawn":
        return _("Not measured any more.")
    if reckoned.due is not None and reckoned.ended is not None and reckoned.ended > reckoned.due:
        return _("Met, and late.")
    return _("Met in time.")


def at(instant: int) -> str:
    return formats.date_format(_local(instant), "D j M H:i:s" if instant % 60 else "D j M H:i")


def between(since: int, until: int) -> str:
    same = _local(since).date() == _local(until).date()
    return f"{at(since)} – {clock_time(until) if same else at(until)}"


def clock_time(instant: int) -> str:
    return formats.date_format(_local(instant), "H:i:s" if instant % 60 else "H:i")


def _of_day(spans: list[tuple[int, int]]) -> str:
    """“Tue 24 Nov 09:12–12:00, 13:00–14:10”, in the reader's zone."""
    first, *others = spans
    parts = [f"{at(first[0])}–{_end_of_day(*first)}"]
    return ", ".join(parts + [f"{clock_time(since)}–{_end_of_day(since, until)}" for since, until in others])


def _end_of_day(since: int, until: int) -> str:
    """Midnight at the end of a day is 24:00."""
    told = clock_time(until)
    return "24:00" if told == "00:00" and until > since else told


def _local(instant: int) -> datetime:
    return timezone.localtime(datetime.fromtimestamp(instant, UTC))


def _date(instant: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(instant, zone).date()
