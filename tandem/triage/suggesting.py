"""What this case might be judged, from its words and facts and from how others were judged; with the reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from tandem.cases.models import Case, Message
from tandem.intake import realms
from tandem.intake.compare import number
from tandem.triage import scoring
from tandem.triage.counting import Counts, Guess, hints, words
from tandem.triage.models import Schooling
from tandem.triage.priority import Priority, tone_of

REALMS_SHOWN = 3
SAID = 3
MOST_FACTS = 100
SURE = 0.6
LIKELY = 0.05
PEOPLE = [(100, "affected:hundreds"), (10, "affected:many"), (3, "affected:some")]


@dataclass(frozen=True)
class Suggested:
    """One of impact, urgency and realm. `percent` is how sure, of 100."""

    value: str
    label: str
    percent: int
    because: str


@dataclass(frozen=True)
class Suggestion:
    """`learned_from` is of how many cases: none means from what each realm asks, and from a few plain words."""

    impact: Suggested
    urgency: Suggested
    realms: tuple[Suggested, ...]
    priority: Priority
    learned_from: int

    @property
    def tone(self) -> str:
        return tone_of(self.priority)

    @property
    def realm(self) -> str:
        return self.realms[0].value if self.realms else ""

    @property
    def is_sure(self) -> bool:
        """So sure that another judgement is asked for its reason."""
        return bool(self.learned_from) and min(self.impact.percent, self.urgency.percent) >= SURE * 100

    @property
    def is_sure_of_the_realm(self) -> bool:
        return bool(self.learned_from and self.realms) and self.realms[0].percent >= SURE * 100

    @property
    def told(self) -> dict[str, Any]:
        return {"impact": int(self.impact.value), "urgency": int(self.urgency.value), "realm": self.realm}


def suggest(case: Case, said: Iterable[Message] | None = None) -> Suggestion | None:
    """Nothing where its words say nothing. `said` are the first messages of its customer, where they are at hand."""
    facts = known_facts(case)
    bodies = [message.body for message in first_said(case)] if said is None else [message.body for message in said]
    told = words(" ".join([case.title, *bodies, *facts.values()])) | _people(facts)
    counts, learned_from = _counts()
    impacts, urgencies, realms_ = (counts[name].guess(told) for name in ("impact", "urgency", "realm"))
    if not (impacts and urgencies):
        return None
    score = scoring.score(int(impacts[0].value), int(urgencies[0].value), case.account, facts)
    return Suggestion(
        impact=_suggested(impacts[0], str(scoring.Impact(int(impacts[0].value)).label)),
        urgency=_suggested(urgencies[0], str(scoring.Urgency(int(urgencies[0].value)).label)),
        realms=tuple(_realm(guess) for guess in realms_ if guess.sure >= LIKELY and realms.get(guess.value))[
            :REALMS_SHOWN
        ],
        priority=score.priority,
        learned_from=learned_from,
    )


def first_said(case: Case) -> QuerySet[Message]:
    return Message.objects.of(case).from_customer().select_related("author").order_by("pk")[:SAID]


def known_facts(case: Case) -> dict[str, str]:
    """The standing values by key; what we measured counts before what was told."""
    facts = case.facts.known().values_list("source", "key", "value")[:MOST_FACTS]
    return {key: value for _source, key, value in sorted(facts, reverse=True)}


def _people(facts: dict[str, str]) -> set[str]:
    affected = number(facts.get("affected", "")) or 0
    return {next((word for least, word in PEOPLE if affected >= least), "")} - {""}


def _counts() -> tuple[dict[str, Counts], int]:
    newest = Schooling.objects.newest_first().values_list("pk", flat=True).first()
    return _learned(newest, tuple(realms.all()))


@lru_cache(maxsize=4)
def _learned(schooling: int | None, known: tuple[realms.Realm, ...]) -> tuple[dict[str, Counts], int]:
    """Unpacked once for each schooling."""
    row = Schooling.objects.filter(pk=schooling).first()
    counts = row.counts if row else {}
    before = {**hints(), "realm": _of_realms(known)}
    return {name: each.and_also(counts.get(name, {})) for name, each in before.items()}, row.cases if row else 0


def _of_realms(known: tuple[realms.Realm, ...]) -> Counts:
    """What each realm's report asks and gives as examples is how its cases begin to sound."""
    counts = Counts()
    with translation.override(settings.LANGUAGE_CODE):
        for realm in known:
            asked = (f"{line.label} {line.ask}" for line in realm.lines)
            counts.learn(realm.slug, words(" ".join(map(str, [realm.label, realm.about, *realm.examples, *asked]))))
    return counts


def _realm(guess: Guess) -> Suggested:
    realm = realms.get(guess.value)
    return _suggested(guess, str(realm.label) if realm else guess.value)


def _suggested(guess: Guess, label: str) -> Suggested:
    return Suggested(guess.value, label, round(guess.sure * 100), ", ".join(map(_said, guess.because)))


def _said(word: str) -> str:
    return _("many people affected") if word.startswith("affected:") else word
