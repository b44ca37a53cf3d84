from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.kit import clock
from tandem.people.roles import Role


class RoleChange(models.Model):
    """Somebody was welcomed, got another role, retired or came back; by nobody: at the command line."""

    class Kind(models.TextChoices):
        WELCOMED = "welcomed", _("welcomed")
        ROLE = "role", _("another role")
        RETIRED = "retired", _("retired")
        BACK = "back", _("brought back")
        PASSWORD = "password", _("password forgotten")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_changes")
    kind = models.CharField(max_length=16, choices=Kind)
    role = models.CharField(max_length=16, choices=Role, help_text="The one they have since.")
    was = models.CharField(max_length=16, choices=Role, blank=True, default="", help_text="Where it became another.")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["welcomed", "role", "retired", "back", "password"]),
                name="change_of_a_known_kind",
            )
        ]
