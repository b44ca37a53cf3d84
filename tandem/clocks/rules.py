"""Which policy holds for a case: conditions in CEL on what is known of it, as in `account.tier == "enterprise"`."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tandem.cases import vocabulary
from tandem.cases.models import Case, Channel
from tandem.cases.query import language
from tandem.cases.vocabulary import Answers, Word, kinds, known
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


def wrong_by_now(rules: Sequence[str]) -> list[str]:
    """Of each that was published what is wrong with it by now."""
    return vocabulary.wrong_by_now(rules, kinds(_and_as_before(words("\n".join(rules)))))


class Facts(NamedTuple):
    """What is known of a case, by name, and what it answers."""

    case: Case
    told: dict[str, Any]
    answers: Answers


class Rule(NamedTuple):
    """As it was published, with the words it speaks of; without a condition where that is not understood any more."""

    condition: conditions.Condition | None
    speaks_of: dict[str, Word]

    def holds(self, facts: Facts, *, team: str = "") -> bool:
        return facts.answers.fulfil(self.condition, facts.case, facts.told | {"team": team})


def kept(rules: Sequence[str]) -> list[Rule]:
    """At most one query, for the fields there are."""
    among = _and_as_before(words("\n".join(rules)))
    return [Rule(vocabulary.kept(rule, kinds(among)), _spoken_of(rule, among)) for rule in rules]


def facts(case: Case, among: Iterable[Rule], answers: Answers | None = None) -> Facts:
    """What these rules speak of; with what was asked of several cases before."""
    speaks_of = {name: word for rule in among for name, word in rule.speaks_of.items()}
    return Facts(case, known(case, speaks_of), answers or Answers([case]))


def _spoken_of(rule: str, among: dict[str, Word]) -> dict[str, Word]:
    return {name: word for name, word in among.items() if conditions.speaks_of(rule, name)}


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
