"""What is known to be broken now, by words: components in trouble, each with what that means to customers."""

from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchVector
from django.db.models import F, OuterRef, Subquery

from tandem.signals.models import Component, Effect

MOST = 5


class Trouble(NamedTuple):
    component: Component
    says: str


def troubles_about(words: Any, actor: Any) -> list[Trouble]:
    """`words` is a query of PostgreSQL. One query: few components are in trouble, so these are read without an index."""
    effect = Effect.objects.filter(component=OuterRef("pk"), state=OuterRef("state"))
    told = (
        Component.objects.visible_to(actor)
        .troubled()
        .annotate(says=Subquery(effect.values("sentence")[:1]), callers=Subquery(effect.values("callers_say")[:1]))
    )
    about = told.annotate(about=SearchVector("name", "description", F("says"), F("callers"), config="english"))
    return [Trouble(one, one.says or one.because) for one in about.filter(about=words)[:MOST]]
