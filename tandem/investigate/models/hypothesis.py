from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case as Choose
from django.db.models import Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.sentences import say
from tandem.investigate.models.of_case import OfCase, begin, words
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.kit.text import readable

say("hypothesis.proposed", gettext_lazy("Could it be: {text}"), in_general=gettext_lazy("A hypothesis was proposed"))
say("hypothesis.tested", gettext_lazy("Being tested: {text}"), in_general=gettext_lazy("A hypothesis is being tested"))
say("hypothesis.confirmed", gettext_lazy("Confirmed: {text}"), in_general=gettext_lazy("A hypothesis was confirmed"))
say("hypothesis.ruled_out", gettext_lazy("Ruled out: {text}"), in_general=gettext_lazy("A hypothesis was ruled out"))
say(
    "hypothesis.reopened",
    gettext_lazy("Taken up again: {text}"),
    in_general=gettext_lazy("A hypothesis was taken up again"),
)


class HypothesisState(models.TextChoices):
    OPEN = "open", gettext_lazy("open")
    TESTING = "testing", gettext_lazy("testing")
    CONFIRMED = "confirmed", gettext_lazy("confirmed")
    RULED_OUT = "ruled_out", gettext_lazy("ruled out")


PAST = {
    HypothesisState.OPEN: "reopened",
    HypothesisState.TESTING: "tested",
    HypothesisState.CONFIRMED: "confirmed",
    HypothesisState.RULED_OUT: "ruled_out",
}
SETTLED = [HypothesisState.CONFIRMED, HypothesisState.RULED_OUT]
WEIGHT = [HypothesisState.CONFIRMED, HypothesisState.TESTING, HypothesisState.OPEN, HypothesisState.RULED_OUT]


class HypothesisQuerySet(OfCase):
    def standing(self) -> Self:
        return self.exclude(state=HypothesisState.RULED_OUT)

    def by_weight(self) -> Self:
        """What we hold true first, then what is being tested; the newest of each first."""
        rank = Choose(*[When(state=state, then=Value(place)) for place, state in enumerate(WEIGHT)])
        return self.order_by(rank, "-pk")

    def current(self) -> "Hypothesis | None":
        """The one to say when asked what we think it is."""
        return self.standing().by_weight().first()  # type: ignore[return-value]


class HypothesisManager(models.Manager.from_queryset(HypothesisQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def propose(self, text: str, *, by: Any) -> "Hypothesis":
        """case.hypotheses.propose("The page size of the export is capped", by=erin)"""
        case = self.instance
        begin(case, by=by)
        text = words(text, refusal=_("Say what you think the cause is."))
        hypothesis = self.create(case=case, text=text, proposed_by=by)
        case.record("hypothesis.proposed", by=by, hypothesis=hypothesis.pk, text=text)
        return hypothesis


class Hypothesis(models.Model):
    """What somebody thinks the cause is, until it is confirmed or ruled out."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="hypotheses")
    text = models.TextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now, editable=False)
    state = models.CharField(max_length=16, choices=HypothesisState, default=HypothesisState.OPEN)
    because = models.TextField(blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    settled_at = models.DateTimeField(null=True)

    objects = HypothesisManager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "hypotheses"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="hypothesis_says_something"),
            models.CheckConstraint(
                condition=Q(state__in=[HypothesisState.OPEN, HypothesisState.TESTING], settled_at=None, settled_by=None)
                | Q(state__in=SETTLED, settled_at__isnull=False, settled_by__isnull=False),
                name="hypothesis_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @transaction.atomic
    def settle(self, state: str, *, by: Any, because: str = "") -> None:
        """hypothesis.settle(HypothesisState.RULED_OUT, by=erin, because="…"); to OPEN or TESTING it is taken up again."""
        self.case.lock()
        self.refresh_from_db()
        if state not in HypothesisState.values:
            raise Invalid(_("A hypothesis is open, being tested, confirmed or ruled out."))
        if state == self.state and not because:
            return
        left, self.state, self.because = self.state, state, readable(because).strip()
        self.settled_by, self.settled_at = (by, clock.now()) if state in SETTLED else (None, None)
        self.save(update_fields=["state", "because", "settled_by", "settled_at"])
        self.case.record(
            f"hypothesis.{PAST[HypothesisState(state)]}", by=by, hypothesis=self.pk, text=self.text, left=left
        )
