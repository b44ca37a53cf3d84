"""What has stopped and somebody must see to: said at the head of every desk page, to those who can do something about it."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tandem.kit.addresses import url
from tandem.people.roles import Can
from tandem.submit.models import Mailbox, Submission


class Alarm(NamedTuple):
    says: str
    because: str
    href: str


def sounding(request: HttpRequest) -> list[Alarm]:
    user: Any = getattr(request, "user", None)
    if not user or not user.is_authenticated or not user.may(Can.ADMINISTER):
        return []
    return [*_silent(user), *_overdue(user)]


def _silent(user: Any) -> list[Alarm]:
    told = _("No mail comes in from the mailbox “{name}”.")
    silent = Mailbox.objects.visible_to(user).silent()
    return [Alarm(told.format(name=box.name), box.silence, url("mailboxes")) for box in silent]


def _overdue(user: Any) -> list[Alarm]:
    oldest = Submission.objects.visible_to(user).overdue()[:1]
    href = f"{url('quarantine')}?state=waiting"
    return [Alarm(_("Accepted mail is not read."), mail.why_overdue, href) for mail in oldest]
