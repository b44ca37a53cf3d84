"""What has stopped and somebody must see to: said at the head of every desk page, to those who can do something about it."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tandem.kit.addresses import url
from tandem.people.roles import Can
from tandem.submit.models import Mailbox


class Alarm(NamedTuple):
    says: str
    because: str
    href: str


def sounding(request: HttpRequest) -> list[Alarm]:
    user: Any = getattr(request, "user", None)
    if not user or not user.is_authenticated or not user.may(Can.ADMINISTER):
        return []
    told = _("No mail comes in from the mailbox “{name}”.")
    silent = Mailbox.objects.visible_to(user).silent()
    return [Alarm(told.format(name=box.name), box.silence, url("mailboxes")) for box in silent]
