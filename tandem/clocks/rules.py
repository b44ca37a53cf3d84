"""Which policy holds for a case: conditions in CEL on what is known of it, as in `case.account.tier == "enterprise"`."""

from typing import Any

from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.kit import conditions
from tandem.kit.errors import Invalid

KINDS = {"case": "anything", "team": "text"}
EXAMPLE = {
    "case": {
        "title": "Export stops",
        "channel": "mail",
        "priority": 2,
        "realm": "data",
        "account": {"slug": "northwind", "name": "Northwind", "tier": "enterprise"},
        "environment": {"name": "production", "kind": "production", "version": "4.3", "region": "eu-west"},
        "reporter": "ana@northwind.example",
    },
    "team": "platform",
}
NOBODY = {
    "account": {"slug": "", "name": "", "tier": ""},
    "environment": dict.fromkeys(("name", "kind", "version", "region"), ""),
}


def checked(rule: str) -> str:
    """Raises `Invalid` for what cannot be asked of a case. Nothing is true of every case."""
    if not (rule := " ".join(rule.split())):
        return ""
    try:
        trouble = conditions.condition(rule, KINDS).trouble_with(EXAMPLE)
    except conditions.Wrong as wrong:
        trouble = str(wrong)
    if trouble:
        raise Invalid(_("The rule is not understood: {why}.").format(why=trouble))
    return rule


def holds(rule: str, facts: dict[str, Any]) -> bool:
    return not rule or conditions.condition(rule, KINDS).holds(facts)


def facts(case: Case, *, team: str = "") -> dict[str, Any]:
    """What a rule may speak of. One query."""
    account, environment = case.account, case.environment
    told = {
        "title": case.title,
        "channel": case.messages.order_by("pk").values_list("channel", flat=True).first() or "",
        "priority": case.priority,
        "realm": case.realm,
        "reporter": case.reporter.email,
        **NOBODY,
    }
    if account:
        told["account"] = {"slug": account.slug, "name": account.name, "tier": account.tier}
    if environment:
        told["environment"] = {name: getattr(environment, name) for name in NOBODY["environment"]}
    return {"case": told, "team": team}
