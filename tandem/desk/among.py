"""The list a case was opened from: one of the queue, or Now."""

from typing import Any

from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.desk import now
from tandem.kit.addresses import url
from tandem.queue import among

NOW = now.NAME


def of(text: str, case: Case, actor: Any) -> among.Among | None:
    wanted = among.Wanted.read(text)
    if wanted.order == NOW:
        return among.beside(case.number, wanted, now.numbers(actor), says=_("Now"), back=url("desk"))
    return among.of(case.number, wanted, actor)
