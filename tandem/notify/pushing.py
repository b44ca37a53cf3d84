"""Telling somebody's browsers: one interruption at a time, never in quiet hours, never more in an hour than they want.

What travels says the number and title of the case and the reason, sealed for that browser (RFC 8291); what was written
stays here. All that waits goes in one message, and only what its reader may see in that moment and has not read.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.kit import clock, fetch, reachable
from tandem.kit.later import later, still_to_come
from tandem.kit.sealed import CannotOpen
from tandem.notify.models import Browser, Calm, Interruption, Kind, Notice, PushKey, Reason
from tandem.notify.models.browser import bytes_of
from tandem.notify.spreading import push_lock
from tandem.people.models import User

HOUR = timedelta(hours=1)
GONE = {404, 410}
REFUSED = {400, 401, 403, 413}
KEPT_FOR = 12 * 3600  # seconds a push service keeps it for a browser that is off
ANSWER = 10_000  # bytes of an answer we read


class TryAgain(Exception):
    """A push service could not take it now."""


@transaction.atomic
def push(user_id: int) -> None:
    """What waits for this person goes to each of their browsers, if it may disturb them now; else once more when it may."""
    user: Any = User.objects.active().filter(pk=user_id).first()
    told = _decided(user) if user else []
    urgent = any(map(is_urgent, told))
    for browser in user.browsers.standing() if told else ():
        later("notify.tell_browser", browser_id=browser.pk, notices=[notice.pk for notice in told], urgent=urgent)


def tell_browser(browser_id: int, notices: Sequence[int], *, urgent: bool) -> None:
    """What of it is still unread, and still to be seen. Raises `TryAgain`."""
    browser = Browser.objects.standing().select_related("user").filter(pk=browser_id).first()
    if browser is None:
        return
    seen = Notice.objects.visible_to(browser.user).filter(pk__in=notices, read_at=None)
    if told := list(seen.select_related("case__merged_into", "event__by", "team").order_by("pk")):
        _send(browser, json.dumps(message(told), ensure_ascii=False).encode(), urgent=urgent)


def _decided(user: User) -> list[Notice]:
    """What is told now. It disturbs once, however many browsers there are, and whatever becomes of each."""
    waiting = list(Notice.objects.to_push().filter(user=user).select_for_update(of=("self",)))
    _forget_what_was_read(user)
    told = list(Notice.objects.visible_to(user).filter(pk__in=[notice.pk for notice in waiting]))
    calm = Calm.objects.of(user)
    if waiting and (until := waits_until(user, calm)):
        told = [notice for notice in told if calm.urgent_passes and is_urgent(notice)]
        waiting = told
        _once_more(user, until)
    _sent(user, waiting, told)
    return told


def _once_more(user: User, at: datetime) -> None:
    """One job waits for that; it does not keep what is urgent from having one of its own before."""
    lock = f"{push_lock(user.pk)} later"
    if not still_to_come([lock]):
        later("notify.push", lock=lock, at=at, user_id=user.pk)


def _sent(user: User, done: Sequence[Notice], told: Sequence[Notice]) -> None:
    """What may not be seen any more waits for nothing, and disturbs nobody."""
    Notice.objects.filter(pk__in=[notice.pk for notice in done]).update(push=Notice.Push.SENT)
    if told:
        Interruption.objects.create(user=user, things=len(told))


def _forget_what_was_read(user: User) -> None:
    read = Notice.objects.filter(user=user, push=Notice.Push.WAITS, read_at__isnull=False)
    read.update(push=Notice.Push.READ)


def is_urgent(notice: Notice) -> bool:
    """A promise of one's own that breaks: the one thing that may disturb in quiet hours, for who allows it."""
    return notice.kind == Kind.PROMISE and notice.reason == Reason.OWNER


def waits_until(user: Any, calm: Calm) -> datetime | None:
    """When this person may be disturbed next; None if now."""
    now = clock.now()
    if quiet := calm.quiet_until_when(now):
        return quiet
    last = user.interruptions.filter(at__gt=now - HOUR).values_list("at", flat=True)[calm.budget - 1 : calm.budget]
    return next((at + HOUR for at in last), None)


def message(told: Sequence[Notice]) -> dict[str, str]:
    """One case by its number and title, more of them by their count."""
    cases = {notice.case.read_on.pk: notice.case.read_on for notice in told}
    if len(cases) > 1:
        says = ngettext("{n} thing on {cases} cases", "{n} things on {cases} cases", len(told))
        numbers = ", ".join(str(case.number) for case in cases.values())
        return {
            "title": says.format(n=len(told), cases=len(cases)),
            "body": numbers[:200],
            "tag": "notices",
            "href": reverse("notices"),
        }
    case = next(iter(cases.values()))
    whys = list(dict.fromkeys(notice.why for notice in told))
    count = _("{n} things: ").format(n=len(told)) if len(told) > 1 else ""
    return {
        "title": f"{case.number} {case.title}",
        "body": f"{count}{'; '.join(whys)}"[:300],
        "tag": f"case-{case.number}",
        "href": reverse("case", args=[case.number]),
    }


def _send(browser: Browser, body: bytes, *, urgent: bool) -> None:
    try:
        answer = fetch.send(
            "POST",
            browser.endpoint,
            headers=_headers(browser, urgent=urgent),
            body=_sealed_for(browser, body),
            most=ANSWER,
        )
    except (reachable.Inside, reachable.NoAddress):
        return browser.end(Browser.Why.REFUSED)
    except CannotOpen:
        return browser.end(Browser.Why.KEY)
    except fetch.TooMuch:  # they had it, and say much of it; asked again, they would tell the same twice
        Browser.objects.filter(pk=browser.pk).update(told_at=clock.now())
        return None
    except (fetch.NoAnswer, fetch.Unknown) as error:
        raise TryAgain(str(error)) from error
    if answer.status in GONE:
        return browser.end(Browser.Why.GONE)
    if answer.status in REFUSED:
        return browser.end(Browser.Why.REFUSED)
    if not answer.is_ok:
        raise TryAgain(f"{browser.host} answered {answer.status}.")
    Browser.objects.filter(pk=browser.pk).update(told_at=clock.now())
    return None


def _headers(browser: Browser, *, urgent: bool) -> dict[str, str]:
    there = urlsplit(browser.endpoint)
    return {
        "Authorization": PushKey.objects.current().signs(f"{there.scheme}://{there.netloc}"),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_FOR),
        "Urgency": "high" if urgent else "normal",
    }


def _sealed_for(browser: Browser, body: bytes) -> bytes:
    ours = ec.generate_private_key(ec.SECP256R1())
    theirs, secret = bytes_of(browser.p256dh), bytes_of(browser.secret)
    return http_ece.encrypt(body, private_key=ours, dh=theirs, auth_secret=secret, version="aes128gcm")
