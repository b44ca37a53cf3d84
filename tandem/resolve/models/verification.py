from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.sentences import say
from tandem.kit import clock
from tandem.people.visibility import VisibleTo

say("verification.made", _("Verified ({stage}): {verdict}"), in_general=_("Verified"))


class Verdict(models.TextChoices):
    WORKS = "works", _("works")
    PARTLY = "partly", _("works in part")
    NO = "no", _("does not work")


class Via(models.TextChoices):
    """How we came to know."""

    CHECK = "check", _("our own check")
    PAGE = "page", _("the page")
    REPLY = "reply", _("a reply")
    PHONE = "phone", _("phone")


class VerificationQuerySet(VisibleTo):
    def ours(self) -> Self:
        return self.filter(stage=Verification.Stage.OURS)

    def customers(self) -> Self:
        return self.filter(stage=Verification.Stage.CUSTOMER)

    def works(self) -> Self:
        return self.filter(verdict=Verdict.WORKS)

    def customers_share(self, actor: Any) -> Q:
        return Q(
            stage=Verification.Stage.CUSTOMER,
            resolution__case__participants__user=actor,
            resolution__case__participants__left_at=None,
        )


class Verification(models.Model):
    """Somebody checked whether the resolution works: first we, then the customer. Only people confirm; silence does not."""

    class Stage(models.TextChoices):
        OURS = "ours", _("ours")
        CUSTOMER = "customer", _("the customer's")

    resolution = models.ForeignKey("resolve.Resolution", models.PROTECT, related_name="verifications")
    stage = models.CharField(max_length=16, choices=Stage)
    verdict = models.CharField(max_length=16, choices=Verdict)
    note = models.TextField(blank=True, help_text=_("How we checked, or what the customer said."))
    via = models.CharField(max_length=16, choices=Via)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(default=clock.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        ordering = ["-verified_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="verification_verdict_known"),
            models.CheckConstraint(
                condition=Q(stage="ours", via="check") | Q(stage="customer", via__in=["page", "reply", "phone"]),
                name="verification_stage_and_way_known",
            ),
        ]
        indexes = [models.Index(fields=["resolution", "stage", "-verified_at"], name="verifications_of_resolution")]

    def __str__(self) -> str:
        return self.get_verdict_display()
