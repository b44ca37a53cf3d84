"""Mails to colleagues about a promise: soon due, or broken."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tandem.communicate import smtp
from tandem.communicate.composing import compose
from tandem.communicate.models import Promise
from tandem.kit import say, tokens
from tandem.people.models import User

SUBJECTS = {
    "promise.warned": _("Soon due: a word to the customer of {number}"),
    "promise.broken": _("Broken promise: the customer of {number} has not heard from us"),
}


def send(promise_id: int, user_id: int, about: str) -> None:
    """`about` is a key of SUBJECTS. Sent again, the mail has the same Message-ID; once somebody spoke, it is not sent."""
    promise = Promise.objects.standing().select_related("case__account").filter(pk=promise_id).first()
    user = User.objects.active().filter(pk=user_id).first()
    if promise and user:
        smtp.send(_written(promise, user, about), sender="", recipients=[user.email])


def _written(promise: Promise, user: User, about: str) -> bytes:
    return compose(
        sender=(settings.COMPANY, settings.MAIL_FROM),
        to=[(user.name, user.email)],
        subject=SUBJECTS[about].format(number=promise.case.number),
        text=render_to_string(f"communicate/mail/{about}.txt", _words(promise)),
        message_id=f"<{tokens.seal('nudge', about, promise.pk, user.pk)}@{settings.REPLY_DOMAIN}>",
        automatic=True,
    )


def _words(promise: Promise) -> dict:
    href = settings.BASE_URL + reverse("case", args=[promise.case.number])
    return {"case": promise.case, "href": href, "due": say.moment(promise.due_at), "left": say.ago(promise.due_at)}
