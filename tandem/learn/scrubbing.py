"""Taking out of a text who the customer is: names, addresses and numbers give way to a word in brackets.

It rather takes out too much: a person reads every draft before others do.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.people.models import User

MOST_PEOPLE = 2000
DISTINCTIVE = 5  # letters from which a name counts wherever it stands in a word: northwind-prod.example

# First words of company names that say nothing of who it is.
COMMON = {
    "american", "business", "central", "company", "customer", "data", "deutsche", "digital", "european", "export", "first", "general",
    "global", "group", "international", "modern", "national", "online", "open", "service", "services", "software",
    "state", "systems", "technical", "united", "universal",
}  # fmt: skip
ORDINARY_PLACES = {
    "dev",
    "development",
    "live",
    "prod",
    "production",
    "qa",
    "sandbox",
    "stage",
    "staging",
    "test",
    "uat",
}

_MAIL = r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"
_IP = r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"
_PHONE = r"(?<![\w.,:-])(?:\+|00|\(0|0)\d[\d\s()-]{5,}\d(?!\w)"
_BANK = r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b|\b(?:\d{4}[ -]){3}\d{1,7}\b"
_LONG_NUMBER = r"\b\w*\d{7,}\w*\b"
_OPAQUE = r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{32,}\b"
_LABELLED = re.compile(
    r"(?i)\b((?:account|client|contract|customer|invoice|licen[cs]e|member|order|subscription|tenant)"
    r"(?:[\s-]*(?:no\b\.?|number|nr\b\.?|id\b|key\b|#))+)\s*(?:is|[:=])?\s*\S+"
)


class Names(NamedTuple):
    """What must not stand in an article about a case."""

    companies: list[str]
    people: list[str]
    places: list[str]

    def scrub(self, text: str) -> str:
        """The text with each of them, and every address and number of a customer, replaced."""
        for pattern, word in self._patterns():
            text = pattern.sub(word, text)
        return text

    def found_in(self, text: str) -> list[str]:
        """Which of the names still stand in the text, as they stand there."""
        patterns = [_company(self.companies), _person(self.people)]
        return sorted({match[0] for pattern in patterns for match in pattern.finditer(text)})

    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        number, address = _("[number]"), _("[address]")
        return [
            (re.compile(_MAIL), address),
            (re.compile(_OPAQUE), _("[secret]")),
            (_company(self.companies), _("[customer]")),
            (_person(self.people), _("[person]")),
            (_whole_words(self.places, re.IGNORECASE), _("[environment]")),
            (_LABELLED, rf"\1 {number}"),
            (re.compile(_IP), address),
            (re.compile(f"{_BANK}|{_PHONE}|{_LONG_NUMBER}"), number),
        ]


def names_around(case: Case) -> Names:
    """Of the customer's company, everybody who takes part or works there, whoever wrote, and its installations."""
    account = case.account
    seen = Q(participations__case=case) | Q(messages__case=case) | Q(messages__stands_on=case)
    if account:
        seen |= Q(contact__account=account)
    people = User.objects.filter(seen).distinct().values_list("name", flat=True)[:MOST_PEOPLE]
    places = account.environments.values_list("name", flat=True) if account else []
    return Names(
        companies=[name for told in _companies(account) if (name := told.strip())],
        people=sorted({part for name in people for part in _parts(name)}),
        places=[name for name in places if name.lower() not in ORDINARY_PLACES],
    )


def _companies(account: Any) -> list[str]:
    if account is None:
        return []
    first = account.name.split()[0] if account.name.split() else ""
    labels = [domain.split(".")[0] for domain in account.domains]
    distinctive = [word for word in (first, *labels) if len(word) > 2 and word.lower() not in COMMON]
    return [account.name, account.slug, *account.domains, *distinctive]


def _parts(name: str) -> list[str]:
    """The whole name and each part of it: Ana Lima, Ana, Lima."""
    return [part for part in (name, *name.split()) if len(part) > 2]


def _company(names: Iterable[str]) -> re.Pattern[str]:
    """Wherever it stands, also inside of a longer word or address; short names only as words of their own."""
    long = [re.escape(name) for name in _longest_first(names) if len(name) >= DISTINCTIVE]
    short = [re.escape(name) for name in _longest_first(names) if len(name) < DISTINCTIVE]
    parts = ([rf"(?<![\w.-])[\w.-]*(?:{'|'.join(long)})[\w-]*(?:\.[\w-]+)*"] if long else []) + (
        [rf"(?<![^\W_])(?:{'|'.join(short)})(?![^\W_])"] if short else []
    )
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def _person(names: Iterable[str]) -> re.Pattern[str]:
    """As a name is written, or in capitals; “will” is a word, “Will” may be a person."""
    return _whole_words({form for name in names for form in (name, name.upper(), name.title())})


def _whole_words(names: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    escaped = [re.escape(name) for name in _longest_first(names)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(escaped)})(?!\w)" if escaped else r"(?!)", flags)


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if name}, key=lambda name: (-len(name), name))
