"""What a template may name, and nothing else: a closed list, filled in once, never read again for more."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.kit import clock, say, zones

UNKNOWN = "…"
NOTHING: Mapping[str, str] = MappingProxyType({})
_MARK = re.compile(r"\{\{\s*([^{}]{0,80}?)\s*\}\}")


class Variable(NamedTuple):
    says: str | Promise
    value: Callable[[Case, Any], str]
    example: str


VARIABLES: dict[str, Variable] = {
    "contact.first_name": Variable(_("the reporter's first name"), lambda case, by: case.reporter.first_name, "Ana"),
    "contact.name": Variable(_("the reporter's name"), lambda case, by: case.reporter.name, "Ana Lima"),
    "account.name": Variable(
        _("their company"), lambda case, by: case.account.name if case.account else "", "Northwind"
    ),
    "case.number": Variable(_("the number of the case"), lambda case, by: str(case.number), "1041"),
    "case.title": Variable(_("the title of the case"), lambda case, by: case.title, "Nightly export stops"),
    "promise": Variable(
        _("when they hear from us next"), lambda case, by: heard_by(case, case.next_update_at), "Tue 16:00"
    ),
    "agent.first_name": Variable(_("your first name"), lambda case, by: by.first_name, "Sam"),
    "agent.name": Variable(_("your name"), lambda case, by: by.name, "Sam Okafor"),
    "company": Variable(_("our company"), lambda case, by: settings.COMPANY, "Tandem"),
}


def filled(body: str, case: Case, *, by: Any, known: Mapping[str, str] = NOTHING) -> str:
    """The words for this case. What is not known yet is “…”; what we do not know at all stays as it is.

    `known` is what some are already, by name.
    """
    return _each(body, lambda name: known[name] if name in known else VARIABLES[name].value(case, by))


def example(body: str) -> str:
    return _each(body, lambda name: VARIABLES[name].example)


def names(body: str, variable: str) -> bool:
    return variable in _MARK.findall(body)


def first_unknown(body: str) -> str:
    """What stands in marks and is no variable of ours; "" if all are."""
    return next((name for name in _MARK.findall(body) if name not in VARIABLES), "")


def first_empty(body: str, case: Case, *, by: Any) -> str:
    """The first variable of it that says nothing for this case; "" if all do."""
    named = [name for name in _MARK.findall(body) if name in VARIABLES]
    return next((name for name in named if not VARIABLES[name].value(case, by)), "")


def _each(body: str, value: Callable[[str], str]) -> str:
    def put(mark: re.Match[str]) -> str:
        return (value(mark[1]) or UNKNOWN) if mark[1] in VARIABLES else mark[0]

    return _MARK.sub(put, body)


def heard_by(case: Case, at: datetime | None) -> str:
    """A time still to come as it is told where they are, for it is they who read it."""
    with zones.hours_of(case.reporter):
        return say.moment(at) if at and at > clock.now() else ""
