"""Accounts and people by the beginnings of their names."""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Func, QuerySet, Value
from django.db.models.functions import Upper

from tandem.customers.models import Account
from tandem.people.models import User

WORD = re.compile(r"[^\W_]+")
MOST_SORTED = 200  # of very many that begin so, some do


def accounts_named(words: str, actor: Any) -> QuerySet[Account]:
    return _named(Account.objects.visible_to(actor), SearchVector("name", config="simple"), words)


def people_named(words: str, actor: Any) -> QuerySet[User]:
    """By name or mail address: “ana”, “lima”, “ana@north”."""
    spaced = Func(F("email"), Value("@.-_+"), Value("     "), function="translate")
    people = User.objects.visible_to(actor).active().select_related("contact__account")
    return _named(people, SearchVector("name", spaced, config="simple"), words)


def _named(rows: QuerySet, names: SearchVector, words: str) -> QuerySet:
    if not (begun := beginnings(words)):
        return rows.none()
    found = rows.annotate(names=names).filter(names=SearchQuery(begun, config="simple", search_type="raw"))
    some = found.order_by().values("pk")[:MOST_SORTED]
    # Ordered by what no index gives: the planner would walk the index over names instead of the one over words.
    return rows.filter(pk__in=some).order_by(Upper("name"), "pk")


def beginnings(words: str) -> str:
    """All of them, as beginnings of words, in PostgreSQL's language; "" if there are none."""
    return " & ".join(f"{word}:*" for word in WORD.findall(words)[:8])
