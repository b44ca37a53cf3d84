"""Interrupting somebody: one decision for their browsers and their mail, never in quiet hours, never more in an hour than they want."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from tandem.kit import clock
from tandem.kit.later import asked_for, jobs_of, later, still_to_come
from tandem.notify import letters
from tandem.notify.models import Calm, Interruption, Kind, Notice, Reason
from tandem.notify.spreading import push_lock
from tandem.people.models import User

HOUR = timedelta(hours=1)
LOCKS = 0x63616C6D  # “calm”


@transaction.atomic
def interrupt(user_id: int) -> None:
    """What waits for this person goes to each of their browsers, and in one mail, if it may disturb them now; else once more when it may."""
    user: Any = User.objects.active().filter(pk=user_id).first()
    if user is None:
        return
    _one_at_a_time(user)
    _forget_what_was_read(user)
    pushed, mailed = list(Notice.objects.to_push().filter(user=user)), letters.waiting(user)
    calm = Calm.objects.of(user)
    if (pushed or mailed) and (until := waits_until(user, calm)):
        pushed, mailed = _passing(pushed, calm), _passing(mailed, calm)
        _once_more(user, until)
    _tell(user, pushed, mailed)


def ask_again() -> None:
    """For whom a promise waits to be mailed, and no job for that: its mail was given up on. Twice is once."""
    being_mailed = {pk for asked in jobs_of("notify.nudge") for pk in asked.get("notices", [])}
    rows = Notice.objects.to_mail_at_once().filter(user__is_active=True).exclude(pk__in=being_mailed)
    people = set(rows.order_by().values_list("user", flat=True).distinct())
    asked = asked_for([lock for person in people for lock in (push_lock(person), _later_lock(person))])
    for user in User.objects.filter(pk__in=people).order_by("pk"):
        if not asked & {push_lock(user.pk), _later_lock(user.pk)} and letters.waiting(user):
            later("notify.push", lock=push_lock(user.pk), user_id=user.pk)


def _one_at_a_time(user: User) -> None:
    """What waits until later and what is asked for now may come at once; whoever reads a notice waits for neither."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, user.pk])


def _forget_what_was_read(user: User) -> None:
    read = Notice.objects.filter(user=user, push=Notice.Push.WAITS, read_at__isnull=False)
    read.update(push=Notice.Push.READ)


def waits_until(user: Any, calm: Calm) -> datetime | None:
    """When this person may be disturbed next; None if now."""
    now = clock.now()
    if quiet := calm.quiet_until_when(now):
        return quiet
    last = user.interruptions.filter(at__gt=now - HOUR).values_list("at", flat=True)[calm.budget - 1 : calm.budget]
    return next((at + HOUR for at in last), None)


def _passing(notices: list[Notice], calm: Calm) -> list[Notice]:
    return [notice for notice in notices if calm.urgent_passes and is_urgent(notice)]


def is_urgent(notice: Notice) -> bool:
    """A promise of one's own that breaks: the one thing that may disturb in quiet hours, for who allows it."""
    return notice.kind == Kind.PROMISE and notice.reason == Reason.OWNER


def _once_more(user: User, at: datetime) -> None:
    """One job waits for that; it does not keep what is urgent from having one of its own before."""
    lock = _later_lock(user.pk)
    if not still_to_come([lock]):
        later("notify.push", lock=lock, at=at, user_id=user.pk)


def _later_lock(person: int) -> str:
    return f"{push_lock(person)} later"


def _tell(user: Any, pushed: list[Notice], mailed: list[Notice]) -> None:
    """It disturbs once, however many ways there are, and whatever becomes of each.

    What may not be seen any more waits for nothing, and disturbs nobody.
    """
    both = {notice.pk: notice for notice in [*pushed, *mailed]}
    seen = set(Notice.objects.visible_to(user).filter(pk__in=both).values_list("pk", flat=True))
    to_push, to_mail = _keys(pushed), _keys(mailed)
    Notice.objects.filter(pk__in=to_push).update(push=Notice.Push.SENT)
    Notice.objects.filter(pk__in=to_mail).update(mailed_at=(now := clock.now()))
    if seen:
        Interruption.objects.create(user=user, things=len(seen))
    if told := [pk for pk in to_push if pk in seen]:
        urgent = any(is_urgent(both[pk]) for pk in told)
        for browser in user.browsers.standing():
            later("notify.tell_browser", browser_id=browser.pk, notices=told, urgent=urgent)
    if told := [pk for pk in to_mail if pk in seen]:
        later("notify.nudge", notices=told, claimed=now.isoformat())


def _keys(notices: Iterable[Notice]) -> list[int]:
    return [notice.pk for notice in notices]
