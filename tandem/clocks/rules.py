"""Which policy holds for a case: conditions in CEL on what is known of it, as in `account.tier == "enterprise"`."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tandem.cases import vocabulary
from tandem.cases.models import Case, Channel
from tandem.cases.vocabulary import Word, kinds, known
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
    return conditions.condition(rule, kinds(_and_as_before(words(rule))))


def holds(rule: str, facts: dict[str, Any]) -> bool:
    """One that is not understood any more, never."""
    try:
        return not rule or understood(rule).holds(facts)
    except conditions.Wrong:
        return False


def facts(case: Case, *, spoken_of: str) -> dict[str, Any]:
    """What these rules speak of."""
    return known(case, _and_as_before(words(spoken_of)), spoken_of)


def _and_as_before(told: dict[str, Word]) -> dict[str, Word]:
    """`case.account.tier`: so policies spoke before there was one vocabulary."""
    return told | {f"case.{name}": word for name, word in told.items() if name.startswith(("account.", "environment."))}


def _channel(case: Case) -> str:
    return case.messages.order_by("pk").values_list("channel", flat=True).first() or ""


OWN = {
    "case.channel": Word("text", _("how it came to us"), _channel, tuple(Channel.values)),
    "team": Word(
        "text", _("the team that is asked, by its short name; empty: none, it is about the customer"), lambda case: ""
    ),
}


def words(spoken_of: str | None = None) -> dict[str, Word]:
    """What a rule may speak of."""
    return vocabulary.words(spoken_of) | OWN
