"""Mails to colleagues: a promise at once, all else together when they want it; each with its reason and a way to hear less."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from tandem.communicate import smtp
from tandem.communicate.composing import compose
from tandem.communicate.models import Promise
from tandem.kit import clock, say, tokens
from tandem.notify import listing
from tandem.notify.models import Calm, Kind, Notice
from tandem.people.models import User

MOST = 200
SUBJECTS = {
    "promise.warned": gettext_lazy("Soon due: a word to the customer of {number}"),
    "promise.broken": gettext_lazy("Broken promise: the customer of {number} has not heard from us"),
}


def nudge(notice_id: int) -> None:
    """Of a promise, at once. Once somebody spoke, or it may not be seen any more, it is not sent."""
    notice = Notice.objects.to_mail().select_related("user", "event", "case").filter(pk=notice_id).first()
    if notice is None or not Notice.objects.visible_to(notice.user).filter(pk=notice_id).exists():
        return
    promise = Promise.objects.standing().select_related("case").filter(pk=notice.event.facts["promise"]).first()
    if promise:
        smtp.send(
            _nudge(promise, notice.user, notice.event.verb, notice.why), sender="", recipients=[notice.user.email]
        )
        Notice.objects.filter(pk=notice_id).update(mailed_at=clock.now())


def _nudge(promise: Promise, user: User, about: str, why: str) -> bytes:
    words = {"case": promise.case, "href": _page("case", promise.case.number), "due": say.moment(promise.due_at)}
    told = {**words, "left": say.ago(promise.due_at), "why": why, "less": less_link(user, f"k.{Kind.PROMISE}")}
    return compose(
        sender=(settings.COMPANY, settings.MAIL_FROM),
        to=[(user.name, user.email)],
        subject=SUBJECTS[about].format(number=promise.case.number),
        text=render_to_string(f"notify/mail/{about}.txt", told),
        message_id=f"<{tokens.seal('nudge', about, promise.pk, user.pk)}@{settings.REPLY_DOMAIN}>",
        automatic=True,
    )


@transaction.atomic
def digest(user_id: int) -> None:
    """What this person has not read, when they want it, and may see it now. There is no empty mail.

    Sent again, the mail has the same Message-ID.
    """
    user = User.objects.active().filter(pk=user_id).first()
    due = user and Calm.objects.of(user).digest_due(clock.now())
    if not due:
        return
    rows = Notice.objects.visible_to(user).to_mail().exclude(kind=Kind.PROMISE)
    if not rows.filter(at__lte=due).exists():
        return
    # Whoever waits here finds them mailed. PostgreSQL counts rows without holding them, so they are named.
    list(Notice.objects.to_mail().filter(user=user).select_for_update().order_by("pk").values_list("pk"))
    told = list(listing.whole(rows).order_by("pk")[:MOST])
    if told:
        smtp.send(_digest(user, told), sender="", recipients=[user.email])
        Notice.objects.filter(pk__in=[notice.pk for notice in told]).update(mailed_at=clock.now())


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
    return compose(
        sender=(settings.COMPANY, settings.MAIL_FROM),
        to=[(user.name, user.email)],
        subject=subject.format(n=len(told), cases=cases),
        text=render_to_string("notify/mail/digest.txt", words),
        message_id=f"<{tokens.seal('digest', user.pk, *(notice.pk for notice in told))}@{settings.REPLY_DOMAIN}>",
        automatic=True,
        unsubscribe=stop,
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
