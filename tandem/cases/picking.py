"""Choosing another case: by its number, by words of its title, or among those of the same customer."""

import re

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet

MOST = 8
MOST_WORDS = 8
LARGEST = 1 << 63  # of a number the database knows


def offered(words: str, cases: CaseQuerySet, *, beside: Case) -> list[Case]:
    """Of these cases the newest that fit, the one with that number first; without words, the same customer's."""
    others = cases.select_related("account", "reporter").exclude(pk=beside.pk).filter(merged_into=None).order_by("-pk")
    if not words.strip():
        return list(others.open().filter(_same_customer(beside))[:MOST])
    found = list(others.filter(words=_beginning_with(words))[:MOST]) if re.search(r"\w", words) else []
    exact = numbered(words, cases)
    return [exact, *(case for case in found if case != exact)] if exact and exact != beside else found


def numbered(words: str, cases: CaseQuerySet) -> Case | None:
    """The case whose number was typed: 41 or #41."""
    told = words.strip().removeprefix("#")
    if not (told.isascii() and told.isdigit() and int(told) < LARGEST):
        return None
    return cases.select_related("account", "reporter").filter(number=int(told)).first()


def _beginning_with(words: str) -> SearchQuery:
    """While somebody types, the last word is not whole."""
    begun = [f"{word}:*" for word in re.findall(r"\w+", words)[:MOST_WORDS]]
    return SearchQuery(" & ".join(begun), search_type="raw", config="english")


def _same_customer(case: Case) -> Q:
    same = Q(reporter=case.reporter_id)
    return same | Q(account=case.account_id) if case.account_id else same
