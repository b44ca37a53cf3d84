"""Telling somebody's browsers what may disturb them now (`interrupting.py`).

What travels says the number and title of the case and the reason, sealed for that browser (RFC 8291); what was written
stays here. All of it goes in one message, and only what its reader may see in that moment and has not read.
"""

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.kit import clock, fetch, reachable
from tandem.kit.sealed import CannotOpen
from tandem.notify.models import Browser, Notice, PushKey
from tandem.notify.models.browser import bytes_of

GONE = {404, 410}
REFUSED = {400, 401, 403, 413}
KEPT_FOR = 12 * 3600  # seconds a push service keeps it for a browser that is off
ANSWER = 10_000  # bytes of an answer we read


class TryAgain(Exception):
    """A push service could not take it now."""


def tell_browser(browser_id: int, notices: Sequence[int], *, urgent: bool) -> None:
    """What of it is still unread, and still to be seen. Raises `TryAgain`."""
    browser = Browser.objects.standing().select_related("user").filter(pk=browser_id).first()
    if browser is None:
        return
    seen = Notice.objects.visible_to(browser.user).filter(pk__in=notices, read_at=None)
    if told := list(seen.select_related("case__merged_into", "event__by", "team").order_by("pk")):
        _send(browser, json.dumps(message(told), ensure_ascii=False).encode(), urgent=urgent)


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
        status = fetch.send(
            "POST",
            browser.endpoint,
            headers=_headers(browser, urgent=urgent),
            body=_sealed_for(browser, body),
            most=ANSWER,
        ).status
    except (reachable.Inside, reachable.NoAddress):
        return browser.end(Browser.Why.REFUSED)
    except CannotOpen:
        return browser.end(Browser.Why.KEY)
    except fetch.TooMuch as much:  # what became of it they said before all the rest
        status = much.answered
    except (fetch.NoAnswer, fetch.Unknown) as error:
        raise TryAgain(str(error)) from error
    if status in GONE:
        return browser.end(Browser.Why.GONE)
    if status in REFUSED:
        return browser.end(Browser.Why.REFUSED)
    if not 200 <= status < 300:
        raise TryAgain(f"{browser.host} answered {status}.")
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
