"""Mails to colleagues: promises as soon as they may be disturbed, all else together when they want it; each with its reason and a way to hear less."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from tandem.communicate import smtp
from tandem.communicate.composing import compose
from tandem.communicate.models import Promise
from tandem.kit import clock, say, tokens, zones
from tandem.notify import listing
from tandem.notify.models import Calm, Kind, Notice
from tandem.people.models import User

MOST = 200
SUBJECTS = {
    "promise.warned": gettext_lazy("Soon due: a word to the customer of {number}"),
    "promise.broken": gettext_lazy("Broken promise: the customer of {number} has not heard from us"),
}


def waiting(user: User) -> list[Notice]:
    """Of which promises this person is mailed as soon as they may be disturbed: those the customer still waits for."""
    rows = list(Notice.objects.visible_to(user).to_mail_at_once().select_related("event"))
    standing = _standing(rows)
    return [notice for notice in rows if notice.event.facts["promise"] in standing]


def nudge(notices: Sequence[int], *, claimed: str = "") -> None:
    """One mail of these promises. Once somebody spoke, it was read, or may not be seen any more, nothing is said of it.

    When it was asked for it was noted as mailed, `claimed`: so that it is in no other mail meanwhile. What is in none after
    all, or in one that did not leave, was not.
    """
    user = User.objects.active().filter(notices__pk__in=notices).first()
    if user is None:
        return
    ours = _claim(notices, claimed)
    seen = Notice.objects.visible_to(user).filter(pk__in=ours, read_at=None).select_related("event__by", "team")
    rows = list(seen.order_by("pk"))
    told = _newest(rows)
    promises = {promise.pk for _notice, promise in told}
    mailed = [notice.pk for notice in rows if notice.event.facts["promise"] in promises]
    Notice.objects.filter(pk__in=set(ours) - set(mailed)).update(mailed_at=None)
    if told:
        with zones.hours_of(user):
            raw = _nudge(*told[0], user) if len(told) == 1 else _nudges(told, user)
        _send_or_unclaim(raw, user, mailed)
        Notice.objects.filter(pk__in=mailed).update(mailed_at=clock.now())


@transaction.atomic
def _claim(notices: Sequence[int], claimed: str) -> list[int]:
    """Those of which no other mail speaks."""
    rows = Notice.objects.filter(pk__in=notices)
    if not claimed:
        return list(rows.values_list("pk", flat=True))
    free = rows.filter(Q(mailed_at=None) | Q(mailed_at=claimed)).order_by("pk").select_for_update(of=("self",))
    ours = list(free.values_list("pk", flat=True))
    rows.filter(pk__in=ours).update(mailed_at=claimed)
    return ours


def _send_or_unclaim(raw: bytes, user: User, mailed: Sequence[int]) -> None:
    try:
        smtp.send(raw, sender="", recipients=[user.email])
    except (smtp.NotNow, smtp.Never):
        Notice.objects.filter(pk__in=mailed).update(mailed_at=None)
        raise


def _newest(rows: Iterable[Notice]) -> list[tuple[Notice, Promise]]:
    """The last word of each promise, what is due first first."""
    newest = {notice.event.facts["promise"]: notice for notice in rows}
    promises = sorted(_standing(newest.values()).values(), key=lambda promise: promise.due_at)
    return [(newest[promise.pk], promise) for promise in promises]


def _standing(rows: Iterable[Notice]) -> dict[int, Promise]:
    keys = {notice.event.facts["promise"] for notice in rows}
    return Promise.objects.standing().select_related("case").in_bulk(keys)


def _nudge(notice: Notice, promise: Promise, user: User) -> bytes:
    about, told = notice.event.verb, _said(notice, promise) | {"less": less_link(user, f"k.{Kind.PROMISE}")}
    return _letter(
        user,
        subject=SUBJECTS[about].format(number=promise.case.number),
        text=render_to_string(f"notify/mail/{about}.txt", told),
        seal=("nudge", about, promise.pk, user.pk),
    )


def _nudges(told: Sequence[tuple[Notice, Promise]], user: User) -> bytes:
    broken = sum(promise.is_broken for _notice, promise in told)
    counts = [
        broken and ngettext("{n} broken promise", "{n} broken promises", broken).format(n=broken),
        broken < len(told) and gettext("{n} soon due").format(n=len(told) - broken),
    ]
    words = {
        "promises": [_said(*each) for each in told[:MOST]],
        "more": len(told[MOST:]),
        "all": _page("notices"),
        "less": less_link(user, f"k.{Kind.PROMISE}"),
    }
    return _letter(
        user,
        subject=", ".join(count for count in counts if count),
        text=render_to_string("notify/mail/promises.txt", words),
        seal=("nudges", user.pk, *(notice.pk for notice, _promise in told)),
    )


def _said(notice: Notice, promise: Promise) -> dict[str, Any]:
    return {
        "case": promise.case,
        "href": _page("case", promise.case.number),
        "due": say.moment(promise.due_at),
        "left": say.ago(promise.due_at),
        "is_broken": promise.is_broken,
        "why": notice.why,
    }


def digest(user_id: int) -> None:
    """What this person has not read, when they want it, and may see it now. There is no empty mail.

    Sent again, the mail has the same Message-ID. Two at once would be two mails: the job's lock keeps them apart, and no
    notice is held while their server takes its time, so whoever reads one waits for nothing.
    """
    user = User.objects.active().filter(pk=user_id).first()
    calm = user and Calm.objects.of(user)
    due = calm and calm.digest_due(clock.now())
    if not due:
        return
    rows = _to_digest(user, calm)
    if not rows.filter(at__lte=due).exists():
        return
    told = list(listing.whole(rows).order_by("pk")[:MOST])
    if told:
        with zones.hours_of(user):
            raw = _digest(user, told)
        smtp.send(raw, sender="", recipients=[user.email])
        Notice.objects.filter(pk__in=[notice.pk for notice in told]).update(mailed_at=clock.now())


def _to_digest(user: Any, calm: Calm) -> Any:
    """No promise, but for who may be disturbed on no day: no other mail would speak of it."""
    waits = waiting(user) if calm.is_for_ever else []
    rows = Notice.objects.visible_to(user).to_mail()
    return rows.filter(~Q(kind=Kind.PROMISE) | Q(pk__in=[notice.pk for notice in waits]))


def _digest(user: Any, told: Sequence[Any]) -> bytes:
    groups, kinds = listing.groups(told), dict.fromkeys(notice.kind for notice in told)
    stop = less_link(user, "digest")
    words = {
        "groups": [
            (group, _page("case", group.case.number), less_link(user, f"c.{group.case.pk}")) for group in groups
        ],
        "kinds": [(Kind(kind).label, less_link(user, f"k.{kind}")) for kind in kinds],
        "stop": stop,
        "settings": _page("notice_settings"),
    }
    subject = ngettext("{n} thing on {cases}", "{n} things on {cases}", len(told))
    cases = ngettext("{n} case", "{n} cases", len(groups)).format(n=len(groups))
    return _letter(
        user,
        subject=subject.format(n=len(told), cases=cases),
        text=render_to_string("notify/mail/digest.txt", words),
        seal=("digest", user.pk, *(notice.pk for notice in told)),
        unsubscribe=stop,
    )


def _letter(user: User, *, subject: str, text: str, seal: Sequence[Any], unsubscribe: str = "") -> bytes:
    """Of the same seal, it is the same mail when it is sent again."""
    return compose(
        sender=(settings.COMPANY, settings.MAIL_FROM),
        to=[(user.name, user.email)],
        subject=subject,
        text=text,
        message_id=f"<{tokens.seal(*seal)}@{settings.REPLY_DOMAIN}>",
        automatic=True,
        unsubscribe=unsubscribe,
    )


def _page(name: str, *args: Any) -> str:
    return settings.BASE_URL + reverse(name, args=args)


def less_link(user: Any, what: str) -> str:
    """Where this person hears less without signing in: “k.note” a kind by mail, “c.41” a case, “digest” no mail at all."""
    return settings.BASE_URL + reverse("less_link", args=[f"{user.pk}-{what}-{tokens.seal('less', user.pk, what)}"])


def wanted_less(word: str) -> tuple[User, str] | None:
    """Who wants less of what, if the word is ours."""
    told, _dash, seal = word.rpartition("-")
    pk, _dash, what = told.partition("-")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19 and tokens.is_sealed(seal, "less", int(pk), what)):
        return None
    user = User.objects.colleagues().filter(pk=int(pk)).first()
    return (user, what) if user else None
