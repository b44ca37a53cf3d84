"""The one mail somebody gets who has not confirmed anything: it says nothing that was told us."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tandem.communicate import smtp
from tandem.communicate.composing import compose
from tandem.submit.models import Unconfirmed


def ask(unconfirmed_id: int) -> None:
    """Ask the address whether the report is theirs; if that is settled already, nothing."""
    row = Unconfirmed.objects.standing().filter(pk=unconfirmed_id).first()
    if row is None:
        return
    words = {"link": row.link, "company": settings.COMPANY}
    raw = compose(
        sender=(settings.COMPANY, settings.MAIL_FROM),
        to=[("", row.mail)],
        subject=_("Please confirm your report"),
        text=render_to_string("submit/mail/confirm.txt", words),
        message_id=f"<report-{row.pk}-{row.received_at:%Y%m%d%H%M%S}@{settings.REPLY_DOMAIN}>",
        automatic=True,
        at=row.mail_at,
    )
    try:
        smtp.send(raw, sender="", recipients=[row.mail])
    except smtp.Never:
        row.delete()
