"""Which policy holds for a case: conditions in CEL on what is known of it, as in `account.tier == "enterprise"`."""

from typing import Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tandem.cases import vocabulary
from tandem.cases.models import Case, Channel
from tandem.cases.query import language
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
    made = vocabulary.understood(rule, kinds(_and_as_before(words(rule))))
    for query in made.queries:
        for term in language.terms(language.read(query)):
            if term.key == "due" or (term.key == "is" and "breached" in term.value.lower()):
                told = gettext("“{term}” is about clocks, and which of them run is what this decides")
                raise conditions.Wrong(told.format(term=language.write(term)))
    return made


class Facts(NamedTuple):
    """What is known of a case, by name."""

    case: Case
    told: dict[str, Any]


def holds(rule: str, facts: Facts, *, team: str = "") -> bool:
    """One that is not understood any more, never."""
    try:
        return not rule or understood(rule).holds(facts.told | {"team": team}, vocabulary.answered_for(facts.case))
    except conditions.Wrong:
        return False


def facts(case: Case, *, spoken_of: str) -> Facts:
    """What these rules speak of."""
    return Facts(case, known(case, _and_as_before(words(spoken_of)), spoken_of))


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
