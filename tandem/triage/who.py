"""Who might look after a case, from what they looked after before and have open now; with the reasons."""

from collections import Counter
from typing import Any, NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.cases.models import Case
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.triage.models import Assignment, Part

LATELY = 200
"""So many of the account's last cases are looked at, and five times as many of all last assignments."""
KNOWS_ACCOUNT, KNOWS_REALM, MOST = 3, 1, 5
MOST_PEOPLE = 500


class Advised(NamedTuple):
    person: User
    because: str


def speakers() -> list[User]:
    return list(User.objects.who_can(Can.SPEAK).order_by("name")[:MOST_PEOPLE])


def advised(case: Case, people: list[User]) -> Advised | None:
    """Of these people, who knows this account and realm best, less what they have open already."""
    of_account = _owned(Assignment.objects.filter(case__in=_last_of(case))) if case.account_id else Counter()
    of_realm = _owned(Assignment.objects.filter(pk__in=_last(), case__realm=case.realm)) if case.realm else Counter()
    able = {person.pk: person for person in people if person.pk in of_account or person.pk in of_realm}
    if not able:
        return None
    has_open = _open_of([*able])
    best = max(able, key=lambda pk: (_points(of_account[pk], of_realm[pk], has_open[pk]), -pk))
    return Advised(able[best], _because(case, of_account[best], of_realm[best], has_open[best]))


def _last_of(case: Case) -> Any:
    return Case.objects.filter(account=case.account_id).exclude(pk=case.pk).order_by("-opened_at").values("pk")[:LATELY]


def _last() -> Any:
    return Assignment.objects.filter(part=Part.CUSTOMER).order_by("-pk").values("pk")[: 5 * LATELY]


def _owned(assignments: Any) -> Counter[int]:
    owned = assignments.filter(part=Part.CUSTOMER).order_by().values_list("to").annotate(n=Count("case", distinct=True))
    return Counter(dict(owned))


def _open_of(people: list[int]) -> Counter[int]:
    has_open = Case.objects.open().filter(customer_owner__in=people).order_by().values_list("customer_owner")
    return Counter(dict(has_open.annotate(n=Count("pk"))))


def _points(of_account: int, of_realm: int, has_open: int) -> float:
    return (KNOWS_ACCOUNT * min(of_account, MOST) + KNOWS_REALM * min(of_realm, MOST)) / (5 + has_open)


def _because(case: Case, of_account: int, of_realm: int, has_open: int) -> str:
    known = []
    if of_account:
        known.append(_("looked after {cases} of {account}").format(cases=_cases(of_account), account=case.account))
    if of_realm:
        known.append(_("{cases} of this realm").format(cases=_cases(of_realm)))
    return ", ".join([*known, _("has {n} open").format(n=has_open)])


def _cases(n: int) -> str:
    return ngettext("{n} case", "{n} cases", n).format(n=n)
