"""The one door to objects: every noun is looked for through the eyes of whoever asks."""

from typing import Any, Self

from django.db import models
from django.db.models import Q


class VisibleTo(models.QuerySet):
    """A queryset with the house's rule: strangers see nothing, colleagues everything, customers what is theirs.

    A room says what is a customer's by `customers_share`; without it, customers see none of the noun.
    """

    def visible_to(self, actor: Any) -> Self:
        if not actor.is_authenticated or not actor.is_active:
            return self.none()
        if actor.is_colleague:
            return self.colleagues_share(actor)
        share = self.customers_share(actor)
        return self.none() if share is None else self.filter(share)

    def colleagues_share(self, actor: Any) -> Self:
        return self

    def customers_share(self, actor: Any) -> Q | None:
        return None
