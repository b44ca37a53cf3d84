"""Mails about coming in. A request only asks for them; a worker sends them.

Their words lie in the cache as long as a code works, under a key nobody can guess: no job, and no log of a job that
failed, tells a code.
"""

import logging

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext

from tandem.kit import tokens
from tandem.kit.addresses import url
from tandem.kit.later import later
from tandem.people.models import User

BY_A_PROGRAM = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}

log = logging.getLogger(__name__)


def ask(mail: EmailMessage) -> None:
    key = f"mail:{tokens.fresh()}"
    told = {"subject": mail.subject, "body": mail.body, "to": mail.to}
    cache.set(key, told, settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    later("people.send_mail", key=key)


def send(key: str) -> None:
    """Once; nothing is sent when the code in it is too old to be of use."""
    told = cache.get(key)
    if told is None:
        return
    EmailMessage(**told, headers=BY_A_PROGRAM).send()
    cache.delete(key)


def show_the_way_in(user: int) -> None:
    """One sentence and an address for a colleague who comes in by a code; there is no secret in it."""
    person = User.objects.colleagues().filter(pk=user).first()
    if person is None:
        return
    door = "account_login" if person.has_usable_password() else "account_request_login_code"
    words = {"person": person, "by_code": not person.has_usable_password(), "address": settings.BASE_URL + url(door)}
    body = render_to_string("people/way_in.txt", words)
    EmailMessage(gettext("Your way in to Tandem"), body, to=[person.email], headers=BY_A_PROGRAM).send()
