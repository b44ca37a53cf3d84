"""Which policy holds for a case: conditions in CEL on what is known of it, as in `account.tier == "enterprise"`."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case, Channel
from tandem.cases.vocabulary import VOCABULARY, Word, known
from tandem.kit import conditions
from tandem.kit.errors import Invalid


def checked(rule: str) -> str:
    """Raises `Invalid` for what cannot be asked of a case. Nothing is true of every case."""
    rule = conditions.tidy(rule)
    if wrong := conditions.wrong_with(rule, understood):
        raise Invalid(wrong)
    return rule


def understood(rule: str) -> conditions.Condition:
    """Raises `conditions.Wrong`."""
    kinds = {name: word.kind for name, word in words().items()}
    return conditions.condition(rule, kinds | _as_before(kinds))


def holds(rule: str, facts: dict[str, Any]) -> bool:
    """One that is not understood any more, never."""
    try:
        return not rule or understood(rule).holds(facts)
    except conditions.Wrong:
        return False


def facts(case: Case, *, spoken_of: str | None = None) -> dict[str, Any]:
    """What a rule may speak of; with the text of rules only what they do. Two queries at least."""
    told = known(case, spoken_of) | {"case.channel": _channel(case), "team": ""}
    return told | _as_before(told)


def _as_before(told: dict[str, Any]) -> dict[str, Any]:
    """`case.account.tier`: so policies spoke before there was one vocabulary."""
    return {f"case.{name}": value for name, value in told.items() if name.startswith(("account.", "environment."))}


def _channel(case: Case) -> str:
    return case.messages.order_by("pk").values_list("channel", flat=True).first() or ""


OWN = {
    "case.channel": Word("text", _("how it came to us"), _channel, tuple(Channel.values)),
    "team": Word("text", _("the team that is asked, by its short name; empty: the policy is for the customer"), str),
}


def words() -> dict[str, Word]:
    """What a rule may speak of, for who writes one."""
    return VOCABULARY | OWN
