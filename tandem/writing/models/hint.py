from collections.abc import Iterable

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


class Hint(models.TextChoices):
    """What somebody who writes to a customer had better acknowledge first."""

    CONTACTS = "contacts", _("how often they wrote")
    WAITED = "waited", _("how long they waited")
    DEADLINE = "deadline", _("a deadline they mention")


class UnhintedManager(models.Manager["Unhinted"]):
    @transaction.atomic
    def settle(self, shown: Iterable[str]) -> None:
        """sam.unhinted.settle(["waited"]): hints of these kinds, and of no other."""
        off = [kind for kind in Hint.values if kind not in shown]
        self.exclude(kind__in=off).delete()
        self.bulk_create([Unhinted(person=self.instance, kind=kind) for kind in off], ignore_conflicts=True)  # type: ignore[attr-defined]

    def table(self) -> list[tuple[Hint, bool]]:
        """Each kind, and whether they want its hints."""
        off = set(self.values_list("kind", flat=True))
        return [(kind, kind not in off) for kind in Hint]


class Unhinted(models.Model):
    """Somebody wants no more hints of this kind."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="unhinted")
    kind = models.CharField(max_length=16, choices=Hint)

    objects = UnhintedManager()

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint("person", "kind", name="each_hint_dismissed_once"),
            models.CheckConstraint(condition=models.Q(kind__in=Hint.values), name="unhinted_kind_known"),
        ]

    def __str__(self) -> str:
        return str(Hint(self.kind).label)
