"""A small classifier that can say why: naive Bayes over the words of a case, as counts one could do by hand."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

WORD = re.compile(r"[^\W\d_]{3,40}")
MOST_WORDS = 120
MOST_KNOWN = 4000
"""Words kept of a schooling: those in most cases."""
REASONS = 3
DULL_WORDS = (
    "the and for are was were has have had not but with this that from they them their there then than when what which "
    "who whom whose our your you his her its she him out all any can could would should will shall may might "
    "since after before into onto over under more most some such only own same too very just also about again because "
    "while where why how here been being both each few other another does did doing done nor off once until upon per "
    "please thank thanks hello dear regards kind best hi case problem"
)
DULL = frozenset(DULL_WORDS.split())


def words(text: str) -> frozenset[str]:
    """The telling words of a text, each once."""
    told = (word.casefold() for word in WORD.findall(text[:20_000]))
    return frozenset(list(dict.fromkeys(word for word in told if word not in DULL))[:MOST_WORDS])


@dataclass(frozen=True)
class Guess:
    """`sure` is a share of 1; `because` are the words that spoke for it most."""

    value: str
    sure: float
    because: tuple[str, ...]


@dataclass
class Counts:
    """How many cases were judged so, and how often each word stood in them."""

    judged: Counter[str] = field(default_factory=Counter)
    seen: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def learn(self, value: str, told: Iterable[str], *, weight: int = 1) -> None:
        self.judged[value] += weight
        for word in told:
            self.seen[word][value] += weight

    def guess(self, told: Iterable[str]) -> list[Guess]:
        """The likeliest first; nothing where no word speaks for anything."""
        known = [word for word in told if word in self.seen]
        if not known or len(self.judged) < 2:
            return []
        logs = {value: self._log(value, known) for value in self.judged}
        shares = _shares(logs, spread=math.sqrt(len(known)))
        guesses = [Guess(value, share, self._because(value, known)) for value, share in shares.items()]
        return sorted((guess for guess in guesses if guess.because), key=lambda guess: -guess.sure)

    def _log(self, value: str, known: list[str]) -> float:
        return math.log(self.judged[value]) + sum(math.log(self._share(word, value)) for word in known)

    def _share(self, word: str, value: str) -> float:
        """Of the cases judged so, those with the word; never none, and of few no more than of all."""
        of_all = (self.seen[word].total() + 0.5) / (self.judged.total() + 1)
        return (self.seen[word][value] + of_all) / (self.judged[value] + 1)

    def _because(self, value: str, known: list[str]) -> tuple[str, ...]:
        speaks = {word: self._speaks_for(word, value) for word in known}
        return tuple(word for word in sorted(known, key=lambda word: (-speaks[word], word)) if speaks[word] > 0)[
            :REASONS
        ]

    def _speaks_for(self, word: str, value: str) -> float:
        others = [self._share(word, other) for other in self.judged if other != value]
        return math.log(self._share(word, value) / (sum(others) / len(others))) if self.seen[word][value] else 0.0

    def told(self) -> dict[str, Any]:
        """As JSON, with the words that stood in most cases."""
        often = sorted(self.seen, key=lambda word: -self.seen[word].total())[:MOST_KNOWN]
        return {"judged": dict(self.judged), "seen": {word: dict(self.seen[word]) for word in often}}

    def and_also(self, told: Mapping[str, Any]) -> "Counts":
        """With what such JSON holds."""
        both = Counts(
            Counter(self.judged), defaultdict(Counter, {word: Counter(seen) for word, seen in self.seen.items()})
        )
        both.judged.update(told.get("judged", {}))
        for word, seen in told.get("seen", {}).items():
            both.seen[word].update(seen)
        return both


def _shares(logs: Mapping[str, float], *, spread: float) -> dict[str, float]:
    """Words of one text are no independent witnesses: the more there are, the less each counts (`spread`)."""
    most = max(logs.values())
    weights = {value: math.exp((log - most) / spread) for value, log in logs.items()}
    whole = sum(weights.values())
    return {value: weight / whole for value, weight in weights.items()}


@lru_cache(maxsize=1)
def hints() -> dict[str, Counts]:
    """What one would guess of impact and urgency before anything was judged."""
    found = {name: Counts() for name in HINTS}
    for name, steps in HINTS.items():
        for step, text in steps.items():
            found[name].learn(step, text.split())
    return found


HINTS = {
    "impact": {
        "1": "slow slower cosmetic typo wording colour question small minor",
        "2": "one user account password error missing wrong",
        "3": "several users colleagues people report sometimes often affected:some",
        "4": "team department production stopped stops blocked stuck cannot closing affected:many",
        "5": "everybody everyone nobody down outage lost loss leaked exposed breach company affected:hundreds",
    },
    "urgency": {
        "1": "whenever someday question wondering curious",
        "2": "soon month months weeks quarter",
        "3": "week weekly daily morning regularly",
        "4": "today tonight tomorrow deadline due noon evening",
        "5": "now immediately urgent urgently asap minute minutes critical emergency standstill",
    },
}
