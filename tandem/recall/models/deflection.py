from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from tandem.cases.models import Case
from tandem.kit import clock
from tandem.learn.models import Article
from tandem.people.visibility import VisibleTo

PROVEN_AFTER = timedelta(hours=24)


class DeflectionQuerySet(VisibleTo):
    def proven(self) -> Self:
        """Of those who said so, the ones who opened no case within the day that followed."""
        later = Case.objects.filter(
            reporter=OuterRef("person"), opened_at__gte=OuterRef("at"), opened_at__lt=OuterRef("at") + PROVEN_AFTER
        )
        return self.filter(at__lte=clock.now() - PROVEN_AFTER).filter(~Exists(later))


class DeflectionManager(models.Manager.from_queryset(DeflectionQuerySet)):  # type: ignore[misc]
    def note(self, *, by: Any, article: Article) -> "Deflection":
        """Deflection.objects.note(by=ana, article=…): she says it solved her problem, before she reported it.

        Said twice of one article on one day, it is one.
        """
        since = clock.now() - PROVEN_AFTER
        said = self.filter(person=by, article=article, at__gt=since).first()
        return said or self.create(person=by, article=article)


class Deflection(models.Model):
    """Somebody began a report, read an article and said that it was solved. Unproven until a day has passed."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deflections")
    article = models.ForeignKey(Article, models.PROTECT, related_name="deflections")
    at = models.DateTimeField(default=clock.now, editable=False)

    objects = DeflectionManager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "at"], name="deflections_of_person")]
