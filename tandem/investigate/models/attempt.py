from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.sentences import say
from tandem.intake import evidence
from tandem.investigate.models.hypothesis import Hypothesis
from tandem.investigate.models.of_case import OfCase, begin, must_be_read_on, words
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.text import one_line, readable

say("attempt.noted", gettext_lazy("Tried: {what}"), in_general=gettext_lazy("An attempt was noted"))
say("attempt.judged", gettext_lazy("Judged anew: {what}"), in_general=gettext_lazy("An attempt was judged anew"))
say("attempt.undone", gettext_lazy("Taken back: {what}"), in_general=gettext_lazy("An attempt was taken back"))
say(
    "attempt.settled",
    gettext_lazy("Needed too ({needed}): {what}"),
    in_general=gettext_lazy("An attempt was needed too"),
)


class AlreadyUndone(Refused):
    """This is not in place any more."""


class Outcome(models.TextChoices):
    HELPED = "helped", gettext_lazy("helped")
    NO_EFFECT = "no_effect", gettext_lazy("no effect")
    WORSE = "worse", gettext_lazy("worse")
    INCONCLUSIVE = "inconclusive", gettext_lazy("inconclusive")


class Needed(models.TextChoices):
    """Whether the resolution needs this attempt too."""

    YES = "yes", gettext_lazy("needed too")
    NO = "no", gettext_lazy("not needed")
    UNKNOWN = "unknown", gettext_lazy("unknown whether needed")


class AttemptQuerySet(OfCase):
    def helped(self) -> Self:
        return self.filter(outcome=Outcome.HELPED)

    def did_not_help(self) -> Self:
        return self.exclude(outcome=Outcome.HELPED)

    def in_question(self) -> Self:
        """Did not help, but may still be in place, and nobody knows whether the resolution needs it."""
        maybe_there = self.did_not_help().exclude(still_in_place=False)
        return maybe_there.filter(needed__in=["", Needed.UNKNOWN])


class AttemptManager(models.Manager.from_queryset(AttemptQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def note(
        self,
        what: str,
        *,
        by: Any,
        outcome: str,
        still_in_place: bool | None = None,
        target: str = "",
        effect: str = "",
        reversible: bool | None = None,
        hypothesis: Hypothesis | None = None,
        done_by: Any = None,
        done_at: datetime | None = None,
    ) -> "Attempt":
        """case.attempts.note("Rebuilt the index", outcome=Outcome.NO_EFFECT, still_in_place=True, by=erin)

        Done by whoever notes it, now, unless said otherwise. Raises `Invalid`, and `LookFirst` for a change made now.
        """
        case = self.instance
        if still_in_place and done_at is None:
            evidence.must_be_enough(case)
        must_be_read_on(case, hypothesis)
        begin(case, by=by)
        attempt = self.create(
            case=case,
            what=words(what, refusal=_("Say what was done.")),
            target=one_line(target, most=200),
            outcome=_known(outcome),
            effect=readable(effect).strip(),
            still_in_place=still_in_place,
            reversible=reversible,
            hypothesis=hypothesis,
            done_by=done_by or by,
            done_at=_past(done_at),
            noted_by=by,
        )
        case.record(
            "attempt.noted",
            by=by,
            attempt=attempt.pk,
            what=attempt.what,
            outcome=outcome,
            still_in_place=still_in_place,
        )
        return attempt


def _known(outcome: str) -> str:
    if outcome not in Outcome.values:
        raise Invalid(_("Say whether it helped, had no effect, made it worse, or showed nothing."))
    return outcome


def _past(moment: datetime | None) -> datetime:
    now = clock.now()
    if moment and moment > now:
        raise Invalid(_("An attempt has been made already: its time cannot lie ahead."))
    return moment or now


class Attempt(models.Model):
    """What was done to find or remove the cause, and what came of it; kept also, and above all, when it did not help."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="attempts")
    what = models.TextField()
    target = models.CharField(max_length=200, blank=True)
    hypothesis = models.ForeignKey(Hypothesis, models.PROTECT, related_name="attempts_at", null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=clock.now, editable=False)

    outcome = models.CharField(max_length=16, choices=Outcome)
    effect = models.TextField(blank=True)
    reversible = models.BooleanField(null=True)
    still_in_place = models.BooleanField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    undone_at = models.DateTimeField(null=True)

    needed = models.CharField(max_length=16, choices=Needed, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    settled_at = models.DateTimeField(null=True)

    objects = AttemptManager()

    class Meta:
        ordering = ["-done_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="attempt_says_what_was_done"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="attempt_outcome_known"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(
                    undone_at__isnull=False, undone_by__isnull=False, still_in_place__isnull=False, still_in_place=False
                ),
                name="attempt_undone_is_not_in_place",
            ),
            models.CheckConstraint(
                condition=Q(needed="", settled_at=None, settled_by=None)
                | Q(needed__in=Needed.values, settled_at__isnull=False, settled_by__isnull=False),
                name="attempt_settled_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["case", "-done_at", "-id"], name="attempts_of_case")]

    def __str__(self) -> str:
        return self.what

    @transaction.atomic
    def judge(self, outcome: str, *, by: Any) -> None:
        """What came of it turned out to be different: attempt.judge(Outcome.HELPED, by=erin)"""
        self._lock()
        if _known(outcome) == self.outcome:
            return
        thought, self.outcome = self.outcome, outcome
        self.save(update_fields=["outcome"])
        self.case.record("attempt.judged", by=by, attempt=self.pk, what=self.what, outcome=outcome, thought=thought)

    @transaction.atomic
    def undo(self, *, by: Any) -> None:
        """What was done has been taken back. Raises `AlreadyUndone`."""
        self._lock()
        if self.still_in_place is False:
            raise AlreadyUndone
        self.still_in_place, self.undone_by, self.undone_at = False, by, clock.now()
        self.save(update_fields=["still_in_place", "undone_by", "undone_at"])
        self.case.record("attempt.undone", by=by, attempt=self.pk, what=self.what)

    @transaction.atomic
    def settle(self, *, needed: str, by: Any) -> None:
        """Is this also required, beside what helped? attempt.settle(needed=Needed.UNKNOWN, by=erin)"""
        self._lock()
        if needed not in Needed.values:
            raise Invalid(_("Say yes, no or unknown."))
        self.needed, self.settled_by, self.settled_at = needed, by, clock.now()
        self.save(update_fields=["needed", "settled_by", "settled_at"])
        self.case.record("attempt.settled", by=by, attempt=self.pk, what=self.what, needed=needed)

    def _lock(self) -> None:
        self.case.lock()
        self.refresh_from_db()
