from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Ball
from tandem.cases.sentences import say
from tandem.communicate.models import Kind
from tandem.investigate.models import Outcome
from tandem.investigate.models.of_case import words as said
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.resolve.models import answers, refusals
from tandem.resolve.models.proposing import ResolutionManager, must_be_open
from tandem.resolve.models.verification import Verdict, Verification, Via

say("resolution.proposed", gettext_lazy("Resolution proposed: {changed}"))
say("resolution.asked", gettext_lazy("The customer is asked to verify"))
say("resolution.withdrawn", gettext_lazy("Resolution withdrawn: {why}"))


class Resolution(models.Model):
    """What happened and what we changed, told to the customer, who says whether it works for them."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="resolutions")
    saw = models.TextField(blank=True)
    words = models.TextField()
    changed = models.TextField(blank=True)
    cause = models.TextField(blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(blank=True)

    objects = ResolutionManager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint("case", condition=Q(withdrawn_at=None), name="one_standing_resolution"),
            models.CheckConstraint(condition=~Q(words=""), name="resolution_says_what_happened"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="resolution_withdrawn_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["case", "-proposed_at"], name="resolutions_of_case")]

    @property
    def what_changed(self) -> str:
        return self.changed or self.words

    @property
    def is_verified_by_us(self) -> bool:
        """Our newest own verification says that it works."""
        newest = self.verifications.ours().first()
        return newest is not None and newest.verdict == Verdict.WORKS

    @transaction.atomic
    def verify_ours(self, *, verdict: str, how: str, by: Any) -> Verification:
        """resolution.verify_ours(verdict=Verdict.WORKS, how="Ran the export, 48,211 rows", by=erin)"""
        self._lock()
        self._must_stand()
        how = said(how, refusal=_("Say how you checked it."))
        return self._verify(Verification.Stage.OURS, verdict, note=how, via=Via.CHECK, verified_by=by, by=by)

    @transaction.atomic
    def ask_customer(self, *, by: Any) -> None:
        """Tell every participant what happened and ask whether it works. Raises `NotVerifiedByUs`, `NoSuchRoad`."""
        self._lock()
        self._must_stand()
        if not self.is_verified_by_us:
            raise refusals.NotVerifiedByUs
        self.case.enter(Stage.RESOLVE, by=by)
        self.asked_by, self.asked_at = by, clock.now()
        self.save(update_fields=["asked_by", "asked_at"])
        self.case.updates.send(self.letter(), by=by, kind=Kind.RESOLUTION, link=("verify_link", self.pk))
        self.case.pass_ball(Ball.CUSTOMER, by=by, holder=self.case.reporter)
        self.case.record("resolution.asked", by=by, audience=Audience.CUSTOMER, resolution=self.pk)

    @transaction.atomic
    def verify_customer(
        self, *, verdict: str, by: Any, via: str = Via.PAGE, note: str = "", recorded_by: Any = None
    ) -> Verification:
        """resolution.verify_customer(verdict=Verdict.WORKS, by=ana, via=Via.PHONE, recorded_by=sam)

        Anything but WORKS withdraws the resolution and opens the investigation again.
        Raises `NotAsked`, `NotTheirs`, `Withdrawn`, `CaseClosed`.
        """
        self._lock()
        self._must_stand()
        if self.asked_at is None:
            raise refusals.NotAsked
        if not self.case.participants.standing().filter(user=by).exists():
            raise refusals.NotTheirs
        if said_before := self._same_word(verdict, by=by):
            return said_before
        made = self._verify(
            Verification.Stage.CUSTOMER,
            verdict,
            note=self.case.secrets.cover(note.strip()),
            via=via,
            verified_by=by,
            recorded_by=recorded_by,
            by=recorded_by or by,
        )
        if verdict != Verdict.WORKS:
            self._did_not_help(made)
        self.case.pass_ball(Ball.SUPPORT, by=recorded_by or by, holder=self.case.customer_owner)
        return made

    @transaction.atomic
    def withdraw(self, *, by: Any, why: str) -> None:
        """It is not, or not any more, what resolves the case. Raises `Withdrawn`."""
        self._lock()
        self._must_stand()
        why = said(why, refusal=_("Say why it is withdrawn."))
        self.withdrawn_by, self.withdrawn_at, self.withdrawn_why = by, clock.now(), why
        self.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
        self.case.record("resolution.withdrawn", by=by, resolution=self.pk, why=why)
        if self.case.stage == Stage.RESOLVE:
            self.case.enter(Stage.INVESTIGATE, by=by)
        if self.case.ball == Ball.CUSTOMER:
            self.case.pass_ball(Ball.SUPPORT, by=by, holder=self.case.customer_owner)

    def letter(self) -> str:
        """What the customer reads when we ask, in the language of who reported the case."""
        with translation.override(answers.language_of(self.case.reporter)):
            parts = [self.saw, self.words]
            if self.changed:
                parts.append(_("What we changed: {changed}").format(changed=self.changed))
            parts.append(
                _(
                    "Does it work for you? Answer with one word on the first line, {words}, or tell us on the page below."
                ).format(words=answers.offered())
            )
        return "\n\n".join(part for part in parts if part)

    def _same_word(self, verdict: str, *, by: Any) -> Verification | None:
        newest = self.verifications.customers().filter(verified_at__gte=self.asked_at).first()
        return newest if newest and (newest.verdict, newest.verified_by_id) == (verdict, by.pk) else None

    def _verify(self, stage: str, verdict: str, *, by: Any, **columns: Any) -> Verification:
        must_be_open(self.case)
        if verdict not in Verdict.values:
            raise Invalid(_("Say whether it works, works in part, or does not work."))
        made = self.verifications.create(stage=stage, verdict=verdict, **columns)
        heard_by = Audience.CUSTOMER if stage == Verification.Stage.CUSTOMER else Audience.SUPPORT
        facts = {"resolution": self.pk, "stage": stage, "verdict": verdict, "via": made.via}
        self.case.record("verification.made", by=by, audience=heard_by, verification=made.pk, **facts)
        return made

    def _did_not_help(self, made: Verification) -> None:
        """What was changed joins the attempts that did not help, still in place until somebody takes it back."""
        noted_by = made.recorded_by or made.verified_by
        self.case.attempts.note(
            self.what_changed,
            outcome=Outcome.NO_EFFECT if made.verdict == Verdict.NO else Outcome.INCONCLUSIVE,
            still_in_place=True,
            effect=made.note,
            done_by=self.proposed_by,
            done_at=self.proposed_at,
            by=noted_by,
        )
        why = _("The customer says: {verdict}.").format(verdict=made.get_verdict_display())
        self.withdraw(by=noted_by, why=why)

    def _must_stand(self) -> None:
        if self.withdrawn_at:
            raise refusals.Withdrawn

    def _lock(self) -> None:
        case = self.case.lock()
        self.refresh_from_db()
        self.case = case
