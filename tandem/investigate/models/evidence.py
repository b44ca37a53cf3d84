from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience, readable_by
from tandem.cases.sentences import say
from tandem.investigate.models.hypothesis import Hypothesis
from tandem.investigate.models.of_case import OfCase, must_be_read_on, words
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.kit.text import one_line

WEB = URLValidator(schemes=["http", "https"])
LONGEST_LINK = 1000

say("evidence.added", gettext_lazy("Evidence: {text}"), in_general=gettext_lazy("Evidence was added"))


class Bearing(models.TextChoices):
    """Which way a piece of evidence pulls."""

    FOR = "for", gettext_lazy("for")
    AGAINST = "against", gettext_lazy("against")


class EvidenceQuerySet(OfCase):
    def colleagues_share(self, actor: Any) -> Self:
        owned = Q(case__customer_owner=actor) | Q(case__technical_owner=actor) | Q(added_by=actor)
        return self.filter(Q(audience__in=readable_by(actor)) | owned)

    def for_every_colleague(self) -> Self:
        """What may travel in a package, whoever will read it."""
        return self.filter(audience=Audience.SUPPORT)


class EvidenceManager(models.Manager.from_queryset(EvidenceQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def note(
        self,
        text: str,
        *,
        by: Any,
        source: str = "",
        link: str = "",
        hypothesis: Hypothesis | None = None,
        bearing: str = "",
        taken_at: datetime | None = None,
        audience: str = Audience.SUPPORT,
    ) -> "Evidence":
        """case.evidence.note("Rows stop at 10,000 in every run", by=erin, source="export log", hypothesis=cap)

        With a hypothesis it bears `Bearing.FOR` it unless said otherwise. Raises `Invalid`.
        """
        case = self.instance
        must_be_read_on(case, hypothesis)
        row = self.create(
            case=case,
            text=words(text, refusal=_("Say what the evidence shows.")),
            link=_web_address(link),
            source=one_line(source, most=200),
            hypothesis=hypothesis,
            bearing=(bearing or Bearing.FOR) if hypothesis else "",
            taken_at=taken_at or clock.now(),
            audience=audience,
            added_by=by,
        )
        case.record("evidence.added", by=by, audience=audience, evidence=row.pk, text=row.text, bearing=row.bearing)
        return row


def _web_address(link: str) -> str:
    if not (link := link.strip()):
        return ""
    try:
        WEB(link[: LONGEST_LINK + 1])
    except ValidationError:
        raise Invalid(_("A link begins with https:// or http://.")) from None
    if len(link) > LONGEST_LINK:
        raise Invalid(_("This link is too long to keep. Say where it can be found instead."))
    return link


class Evidence(models.Model):
    """Something seen: a line of a log, a measurement, a link; for a hypothesis, against it, or not yet placed."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="evidence")
    text = models.TextField()
    link = models.URLField(max_length=LONGEST_LINK, blank=True)
    source = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField(default=clock.now)
    hypothesis = models.ForeignKey(Hypothesis, models.PROTECT, related_name="evidence_about", null=True)
    bearing = models.CharField(max_length=16, choices=Bearing, blank=True)
    audience = models.CharField(max_length=16, choices=Audience, default=Audience.SUPPORT)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now, editable=False)

    objects = EvidenceManager()

    class Meta:
        ordering = ["taken_at", "pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="evidence_says_something"),
            models.CheckConstraint(
                condition=Q(audience__in=[Audience.SUPPORT, Audience.RESTRICTED]), name="evidence_is_for_colleagues"
            ),
            models.CheckConstraint(
                condition=Q(hypothesis=None, bearing="") | Q(hypothesis__isnull=False, bearing__in=Bearing.values),
                name="evidence_bears_on_a_hypothesis",
            ),
        ]
        indexes = [models.Index(fields=["case", "taken_at"], name="evidence_of_case")]

    def __str__(self) -> str:
        return self.text
