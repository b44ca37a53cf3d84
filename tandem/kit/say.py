"""Times and spans in words, short enough for a table."""

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tandem.kit import clock

MINUTE, HOUR, DAY = 60, 3600, 86400


def duration(span: timedelta | float | None) -> str:
    """90 minutes → “1 h 30 min”. Seconds, or a timedelta."""
    if span is None:
        return "–"
    seconds = int(span.total_seconds() if isinstance(span, timedelta) else span)
    if seconds < HOUR:
        return _("{n} min").format(n=max(seconds, 0) // MINUTE)
    if seconds < DAY:
        hours, rest = divmod(seconds, HOUR)
        return _("{h} h {m} min").format(h=hours, m=rest // MINUTE) if rest >= MINUTE else _("{h} h").format(h=hours)
    days, rest = divmod(seconds, DAY)
    return _("{d} d {h} h").format(d=days, h=rest // HOUR) if rest >= HOUR else _("{d} d").format(d=days)


def ago(moment: datetime | None) -> str:
    """“3 h ago”, or “in 20 min” for what is still to come."""
    if moment is None:
        return "–"
    span = clock.now() - moment
    if span < timedelta(0):
        return _("in {span}").format(span=duration(-span))
    if span < timedelta(minutes=1):
        return _("just now")
    return _("{span} ago").format(span=duration(span if span < timedelta(hours=1) else _coarse(span)))


def moment(value: datetime | None) -> str:
    """“Tue 16:00” within six days, else “17 Nov 16:00”, with the year when it is another."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    distance = abs(clock.now() - value)
    if distance < timedelta(days=6):
        return formats.date_format(local, "D H:i")
    return formats.date_format(local, "j M H:i" if local.year == timezone.localtime(clock.now()).year else "j M Y")


def kept(value: datetime | None) -> str:
    """“Tue 16:00 CET”, for words that are kept: others read them elsewhere."""
    return f"{moment(value)} {formats.date_format(timezone.localtime(value), 'T')}" if value else "–"


def day(value: datetime | None) -> str:
    """“today”, “tomorrow”, “Tuesday”, “17 November”."""
    if value is None:
        return "–"
    date, today = timezone.localtime(value).date(), timezone.localtime(clock.now()).date()
    if date == today:
        return _("today")
    if date == today + timedelta(days=1):
        return _("tomorrow")
    return formats.date_format(date, "l" if timedelta(0) < date - today < timedelta(days=6) else "j F")


def by(value: datetime | None) -> str:
    """“today by 16:00”: how a promise is told."""
    if value is None:
        return "–"
    time = formats.date_format(timezone.localtime(value), "H:i")
    return _("{day} by {time}").format(day=day(value), time=time)


def _coarse(span: timedelta) -> timedelta:
    step = HOUR if span < timedelta(days=2) else DAY
    return timedelta(seconds=span.total_seconds() // step * step)
