from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from tandem.kit import clock, live
from tandem.kit.errors import Refused
from tandem.people.visibility import VisibleTo
from tandem.signals.models import Component, Publishes, State


class AlreadyDecided(Refused):
    """This was published or set aside already."""


class PublicationQuerySet(VisibleTo):
    def waiting(self) -> Self:
        """Proposed, and for a person to decide."""
        return self.filter(published_at=None, set_aside_at=None)

    def standing(self) -> Self:
        """What the public reads now."""
        return self.exclude(published_at=None).filter(until=None)

    def since(self, moment: datetime) -> Self:
        """All the public read after that moment, also what was published before it."""
        return self.exclude(published_at=None).filter(Q(until=None) | Q(until__gt=moment))


class PublicationManager(models.Manager.from_queryset(PublicationQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def propose(self) -> None:
        """component.publications.propose(): offer the public what is true now; what it reads already is no offer.

        Where the component publishes by itself it is published at once. Safe to repeat.
        """
        component = self.instance.lock()
        state, words = component.state, _words(component)
        if self.waiting().filter(state=state, words=words).exists():
            return
        self.waiting().update(set_aside_at=clock.now())
        if not self._is_read_already(state, words) and not self._was_declined(state, words):
            proposed = self.create(state=state, words=words)
            if component.publishes == Publishes.AUTOMATIC:
                proposed.publish(by=None)
        live.announce("components", "publication", audience="support")

    def _is_read_already(self, state: str, words: str) -> bool:
        standing = self.standing().first()
        return (standing.state, standing.words) == (state, words) if standing else state == State.OK

    def _was_declined(self, state: str, words: str) -> bool:
        """A person set just this aside, and the component has not changed since."""
        since = self.instance.state_since
        declined = self.exclude(set_aside_by=None).filter(set_aside_at__gte=since)
        return declined.filter(state=state, words=words).exists()


def _words(component: Component) -> str:
    effect = component.effects.filter(state=component.state).first()
    return effect.sentence if effect else ""


class Publication(models.Model):
    """What the public reads of a component: proposed by what happened, published by a person or the component's rule."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="publications")
    state = models.CharField(max_length=16, choices=State)
    words = models.CharField(max_length=300, blank=True)
    proposed_at = models.DateTimeField(default=clock.now, editable=False)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    until = models.DateTimeField(null=True)
    set_aside_at = models.DateTimeField(null=True)
    set_aside_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    objects = PublicationManager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "component", condition=Q(published_at=None, set_aside_at=None), name="one_waiting_proposal"
            ),
            models.UniqueConstraint(
                "component",
                condition=Q(published_at__isnull=False, until=None),
                name="one_standing_publication",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(set_aside_at=None), name="published_or_set_aside"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="publication_state_known"),
        ]
        indexes = [models.Index(fields=["-published_at"], name="publications_newest_first")]

    @transaction.atomic
    def publish(self, *, by: Any, words: str | None = None) -> None:
        """Let the public read it from now on; `by` is None where the component's rule decides."""
        moment = self._decide()
        self.component.publications.standing().update(until=moment)
        self.published_at, self.published_by = moment, by
        self.words = self.words if words is None else words
        self.save(update_fields=["published_at", "published_by", "words"])
        live.announce("components", "publication", audience="customer")

    @transaction.atomic
    def set_aside(self, *, by: Any) -> None:
        """The public need not read this."""
        self.set_aside_at, self.set_aside_by = self._decide(), by
        self.save(update_fields=["set_aside_at", "set_aside_by"])
        live.announce("components", "publication", audience="support")

    def _decide(self) -> datetime:
        """The moment of the decision, with the component held so that two cannot decide at once."""
        self.component.lock()
        if not Publication.objects.waiting().filter(pk=self.pk).exists():
            raise AlreadyDecided
        return clock.now()
