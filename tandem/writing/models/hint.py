from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Hint(models.TextChoices):
    """What somebody who writes to a customer had better acknowledge first."""

    CONTACTS = "contacts", _("how often they wrote")
    WAITED = "waited", _("how long they waited")
    DEADLINE = "deadline", _("a deadline they mention")


class Unhinted(models.Model):
    """Somebody wants no more hints of this kind."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="unhinted")
    kind = models.CharField(max_length=16, choices=Hint)

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint("person", "kind", name="each_hint_dismissed_once"),
            models.CheckConstraint(condition=models.Q(kind__in=Hint.values), name="unhinted_kind_known"),
        ]

    def __str__(self) -> str:
        return str(Hint(self.kind).label)
