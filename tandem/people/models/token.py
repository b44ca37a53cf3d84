from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.kit import clock, tokens
from tandem.people.models.user import User


class TokenQuerySet(models.QuerySet["Token"]):
    def standing(self) -> "TokenQuerySet":
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()))


class TokenManager(models.Manager.from_queryset(TokenQuerySet)):  # type: ignore[misc]
    def issue(self, *, name: str, scopes: list[str], expires_at: datetime | None = None) -> tuple["Token", str]:
        """user.tokens.issue(name="ci", scopes=["read"]) → the row, and the secret, which is never seen again."""
        secret = tokens.fresh()
        row = self.create(name=name, scopes=scopes, expires_at=expires_at, fingerprint=tokens.fingerprint(secret))
        return row, secret

    def owner_of(self, secret: str) -> "Token | None":
        found = self.standing().select_related("user").filter(fingerprint=tokens.fingerprint(secret)).first()
        return found if found and found.user.is_active else None


class Token(models.Model):
    """A key for a program that acts for a person, no further than its scopes."""

    class Scope(models.TextChoices):
        READ = "read", _("Read what the person may see")
        WRITE = "write", _("Act as the person")

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenManager()

    class Meta:
        ordering = ["-created_at", "-pk"]
