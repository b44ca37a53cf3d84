"""Mails to administrators: a mailbox stopped, and it works again."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tandem.communicate import smtp
from tandem.communicate.composing import compose
from tandem.kit import say, tokens, zones
from tandem.people.models import User
from tandem.submit.models import Mailbox

SUBJECTS = {
    "stopped": _("No mail comes in from the mailbox “{name}”"),
    "recovered": _("Mail comes in again from the mailbox “{name}”"),
}


def tell(mailbox_id: int, user_id: int, about: str, outage: str) -> None:
    """`about` is a key of SUBJECTS, `outage` when it was noticed. Sent again, the mail has the same Message-ID."""
    mailbox = Mailbox.objects.kept().filter(pk=mailbox_id).first()
    user = User.objects.active().filter(pk=user_id).first()
    if mailbox and user:
        with zones.hours_of(user):
            raw = _written(mailbox, user, about, outage)
        smtp.send(raw, sender="", recipients=[user.email])


def _written(mailbox: Mailbox, user: User, about: str, outage: str) -> bytes:
    words = {
        "mailbox": mailbox,
        "href": settings.BASE_URL + reverse("mailbox", args=[mailbox.pk]),
        "heard": say.moment(mailbox.heard_at) if mailbox.heard_at else "",
        "noticed": say.moment(datetime.fromisoformat(outage)),
    }
    return compose(
        sender=(settings.COMPANY, settings.MAIL_FROM),
        to=[(user.name, user.email)],
        subject=SUBJECTS[about].format(name=mailbox.name),
        text=render_to_string(f"submit/mail/{about}.txt", words),
        message_id=f"<{tokens.seal('mailbox', about, mailbox.pk, user.pk, outage)}@{settings.REPLY_DOMAIN}>",
        automatic=True,
    )
