"""What people may ask about whom and what a case is of, and when it was closed."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tandem.cases.journey import Stage
from tandem.cases.query.words import MOST_NAMED, MOST_SUGGESTED, NotUnderstood, chosen, must_be_told, when, word
from tandem.customers.models import Account, Environment

TIERS = ["none", *Account.Tier.values]
KINDS = ["none", *Environment.Kind.values]


@word("tier", _("the tier of its account; none: it has no account"), TIERS)
def tier(value: str, actor: Any) -> Q:
    told = chosen(value, TIERS, "tier")
    return Q(account=None) if told == "none" else _in("account", Account.objects.filter(tier=told))


def _environments(begun: str, actor: Any) -> list[tuple[str, str]]:
    found = Environment.objects.visible_to(actor).filter(name__istartswith=begun).order_by("name")
    return [(name.lower(), "") for name in found.values_list("name", flat=True).distinct()[:MOST_SUGGESTED]]


@word("environment", _("where it happens: in production or a test; a name, too"), KINDS, _environments)
def environment(value: str, actor: Any) -> Q:
    must_be_told(value, "environment")
    if (told := value.lower()) == "none":
        return Q(environment=None)
    if told in KINDS:
        return _in("environment", Environment.objects.filter(kind=told))
    unknown = gettext("No environment is called “{name}”: it may be {values}, or a name.")
    told = unknown.format(name=value, values=", ".join(KINDS))
    return _in("environment", Environment.objects.filter(name__iexact=value), or_else=told)


@word("closed", _("when it was closed: <7d within the last seven days, >30d before; or >2026-01-31"))
def closed(value: str, actor: Any) -> Q:
    return Q(stage=Stage.CLOSE) & when("stage_since", value, "closed", ahead=False)


def _in(column: str, rows: QuerySet, or_else: str = "") -> Q:
    """By their keys where they are few, so that the index over the column is read; of many each case is asked. Of none it is said."""
    keys = list(rows.order_by().values_list("pk", flat=True)[: MOST_NAMED + 1])
    if or_else and not keys:
        raise NotUnderstood(or_else)
    return Q(**{f"{column}__in": keys if len(keys) <= MOST_NAMED else rows.order_by().values("pk")})
