"""What a case on the desk may repeat: open cases and articles that speak of the same, at the cost of a glance."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import F

from tandem.cases.models import Case
from tandem.kit.bounded import TooMuchToSearch, bounded
from tandem.learn.models import Article
from tandem.recall.candidates import newest, newest_matching
from tandem.recall.suggesting import RANKED, any_of, articles_on

MOST = 3
LEAST_RANK = 0.03  # of a title; below, one common word met another


@dataclass(frozen=True)
class Alike:
    cases: list[Case] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)


def alike(case: Case, actor: Any) -> Alike:
    """By the words of its title; nothing rather than a long wait."""
    if not (query := any_of(case.title)):
        return Alike()
    others = Case.objects.visible_to(actor).open().exclude(pk=case.pk)
    try:
        with bounded():
            keys = newest_matching(others, query, most=RANKED, upto=newest(Case))
            ranked = Case.objects.filter(pk__in=keys).annotate(rank=SearchRank(F("words"), query))
            close = ranked.filter(rank__gte=LEAST_RANK).select_related("account", "reporter").order_by("-rank", "-pk")
            return Alike(list(close[:MOST]), articles_on(query))
    except TooMuchToSearch:
        return Alike()
