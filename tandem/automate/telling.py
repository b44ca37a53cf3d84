"""A mail to whoever switched on a rule that stopped by itself."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.automate.models import Rule
from tandem.communicate import smtp
from tandem.communicate.composing import compose
from tandem.kit import tokens


def tell_paused(rule: Rule) -> None:
    """Sent again, the mail has the same Message-ID; a rule that is on again is none to tell of."""
    user = rule.switched_on_by
    if rule.is_on or not rule.paused_because or user is None or not user.is_colleague:
        return
    href = settings.BASE_URL + reverse("rule", args=[rule.pk])
    mail = compose(
        sender=(settings.COMPANY, settings.MAIL_FROM),
        to=[(user.name, user.email)],
        subject=_("The rule “{name}” stopped").format(name=rule.name),
        text=render_to_string("automate/mail/paused.txt", {"rule": rule, "href": href}),
        message_id=f"<{tokens.seal('paused', rule.pk, rule.version, rule.paused_because)}@{settings.REPLY_DOMAIN}>",
        automatic=True,
    )
    smtp.send(mail, sender="", recipients=[user.email])
