"""Mail that we accepted and do not read: told to administrators, as what lies here is known to nobody else."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tandem.communicate import smtp
from tandem.communicate.composing import compose
from tandem.kit import clock, often, say, tokens, zones
from tandem.kit.later import later
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.submit.models import Submission

SUBJECT = _("Accepted mail is not read")
AN_HOUR = 3600


def watch() -> None:
    """Tell administrators, once an hour as long as it lasts."""
    if Submission.objects.overdue().exists() and often.comes_round("submit.overdue", every=AN_HOUR):
        for user in User.objects.who_can(Can.ADMINISTER):
            later("submit.tell_of_overdue", user_id=user.pk, noticed=clock.now().isoformat())


def tell(user_id: int, noticed: str) -> None:
    """`noticed` is when. Sent again, the mail has the same Message-ID."""
    user = User.objects.active().filter(pk=user_id).first()
    if user and (oldest := Submission.objects.overdue().first()):
        with zones.hours_of(user):
            raw = _written(oldest, user, noticed)
        smtp.send(raw, sender="", recipients=[user.email])


def _written(oldest: Submission, user: User, noticed: str) -> bytes:
    words = {
        "because": oldest.why_overdue,
        "href": settings.BASE_URL + reverse("quarantine") + "?state=waiting",
        "noticed": say.moment(datetime.fromisoformat(noticed)),
    }
    return compose(
        sender=(settings.COMPANY, settings.MAIL_FROM),
        to=[(user.name, user.email)],
        subject=str(SUBJECT),
        text=render_to_string("submit/mail/overdue.txt", words),
        message_id=f"<{tokens.seal('overdue', user.pk, noticed)}@{settings.REPLY_DOMAIN}>",
        automatic=True,
    )
