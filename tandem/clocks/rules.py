"""Which policy holds for a case: conditions in CEL on what is known of it, as in `account.tier == "enterprise"`."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.models import Case, Channel
from tandem.cases.vocabulary import VOCABULARY, Word, known
from tandem.kit import conditions
from tandem.kit.errors import Invalid

PARTS = ("account", "environment")
"""Also understood below the case, as in `case.account.tier`: so policies spoke before there was one vocabulary."""
BESIDE = {name: word.kind for name, word in VOCABULARY.items() if name.partition(".")[0] in PARTS}
KINDS = {"case": "anything", "team": "text"} | BESIDE


def checked(rule: str) -> str:
    """Raises `Invalid` for what cannot be asked of a case. Nothing is true of every case."""
    if not (rule := " ".join(rule.split())):
        return ""
    try:
        trouble = conditions.condition(rule, KINDS).trouble_with(_told(EXAMPLE, team="platform"))
    except conditions.Wrong as wrong:
        trouble = str(wrong)
    if trouble:
        raise Invalid(_("The rule is not understood: {why}.").format(why=trouble))
    return rule


def holds(rule: str, facts: dict[str, Any]) -> bool:
    return not rule or conditions.condition(rule, KINDS).holds(facts)


def facts(case: Case, *, team: str = "") -> dict[str, Any]:
    """What a rule may speak of. Two queries."""
    return _told(known(case) | {"case.channel": _channel(case)}, team=team)


def _channel(case: Case) -> str:
    return case.messages.order_by("pk").values_list("channel", flat=True).first() or ""


def words() -> dict[str, Word]:
    """What a rule may speak of, for who writes one."""
    channel = Word("text", gettext_lazy("how it came to us"), _channel, tuple(Channel.values))
    return VOCABULARY | {"case.channel": channel}


EXAMPLE: dict[str, Any] = {
    "case.title": "Export stops",
    "case.channel": "mail",
    "case.stage": "investigate",
    "case.ball": "support",
    "case.priority": 2,
    "case.realm": "data",
    "case.tags": ["vip"],
    "case.reporter": "ana@northwind.example",
    "account.slug": "northwind",
    "account.name": "Northwind",
    "account.tier": "enterprise",
    "environment.name": "production",
    "environment.kind": "production",
    "environment.version": "4.3",
    "environment.region": "eu-west",
}


def _told(by_name: dict[str, Any], *, team: str) -> dict[str, Any]:
    parts: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, value in by_name.items():
        part, _dot, word = name.partition(".")
        parts[part][word] = value
    beside = {name: by_name[name] for name in BESIDE}
    return {"case": parts["case"] | {part: parts[part] for part in PARTS}, "team": team} | beside
