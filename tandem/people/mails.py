"""Mails about coming in. A request only asks for them; a worker sends them.

Their words lie in the cache as long as a code works, under a key nobody can guess: no job, and no log of a job that
failed, tells a code.
"""

import logging

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage

from tandem.kit import tokens
from tandem.kit.later import later

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
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    EmailMessage(**told, headers=headers).send()
    cache.delete(key)
