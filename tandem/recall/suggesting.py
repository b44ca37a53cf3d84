"""While somebody writes a report: what may already be the answer, as far as they may see it."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, QuerySet

from tandem.cases.models import Case
from tandem.kit import clock
from tandem.kit.bounded import TooMuchToSearch, bounded
from tandem.learn.models import Article
from tandem.recall.candidates import newest, newest_matching
from tandem.signals.models import State
from tandem.status import public
from tandem.submit.models import ReportTemplate

WORD = re.compile(r"[^\W\d_]{3,40}")
MOST_WORDS = 24
MOST = 3
RANKED = 200
LEAST_LETTERS = 8  # less is not yet a sentence
LEAST_RANK = 0.02  # of an article; below, one common word met another
LATELY = timedelta(days=14)


@dataclass(frozen=True)
class Suggestions:
    """`effects` are what the public is told is broken now, `cases` the writer's own that are open."""

    effects: list[public.Line] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.effects or self.articles or self.cases)


def suggest(words: str, actor: Any, *, realm: str = "") -> Suggestions:
    """At most three of each; nothing before there is something to go by, and nothing rather than a long wait."""
    words = words.replace("\x00", " ")
    effects = _effects(realm, words)
    if len(words.strip()) < LEAST_LETTERS or not (query := any_of(words)):
        return Suggestions(effects)
    try:
        with bounded():
            return Suggestions(effects, articles_on(query), _own_cases(query, actor))
    except TooMuchToSearch:
        return Suggestions(effects)


def any_of(words: str) -> SearchQuery | None:
    """Rows that hold any of these words: a report tells more than what an article repeats."""
    told = list(dict.fromkeys(word.lower() for word in WORD.findall(words)))[:MOST_WORDS]
    return SearchQuery(" | ".join(told), config="english", search_type="raw") if told else None


def _effects(realm: str, words: str) -> list[public.Line]:
    """Those of the realm's components, and those named in the text."""
    template = ReportTemplate.objects.known().get(realm)
    known = template.components if template else ()
    lower = words.lower()
    lines = [line for line in public.lines() if line.state != State.OK]
    return [line for line in lines if line.slug in known or line.name.lower() in lower][:MOST]


def articles_on(query: SearchQuery) -> list[Article]:
    """What everybody may read, the best first."""
    published = Article.objects.filter(published_at__isnull=False, retired_at=None)
    newest = published.filter(words=query).order_by("-pk").values("pk")[:RANKED]
    ranked = Article.objects.filter(pk__in=newest).annotate(rank=SearchRank(F("words"), query, normalization=1))
    return list(ranked.filter(rank__gte=LEAST_RANK).order_by("-rank", "-pk")[:MOST])


def _own_cases(query: SearchQuery, actor: Any) -> list[Case]:
    """Theirs that are open and speak of the same, or of which they told us lately."""
    if not actor or not actor.is_authenticated:
        return []
    mine: QuerySet = Case.objects.visible_to(actor).filter(merged_into=None).open()
    keys = newest_matching(mine, query, most=RANKED, upto=newest(Case))
    ranked = Case.objects.filter(pk__in=keys).annotate(rank=SearchRank(F("words"), query))
    return list(ranked.filter(active_at__gt=clock.now() - LATELY).order_by("-rank", "-pk")[:MOST])
