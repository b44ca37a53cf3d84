from datetime import timedelta
from typing import Any, Self

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
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.organize import closing
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo
from tandem.resolve.models import Resolution
from tandem.resolve.models.answers import language_of

say("closure.made", gettext_lazy("Closed: {why}"))
say("closure.reopened", gettext_lazy("Opened again: {why}"))

# A word of the customer's within this time belongs to the same problem; later it still opens the case, but is counted late.
GRACE = timedelta(days=14)


class ClosedAlready(Refused):
    """This case is closed already."""


class OpenedAlready(Refused):
    """This case has been opened again already."""


class NotConfirmed(Refused):
    """The customer has not said that it works: ask them, or close it as fixed but unconfirmed."""


class Reason(models.TextChoices):
    FIXED_CONFIRMED = "fixed_confirmed", gettext_lazy("fixed, the customer confirms it")
    FIXED_UNCONFIRMED = "fixed_unconfirmed", gettext_lazy("fixed, not confirmed")
    WORKAROUND_ACCEPTED = "workaround_accepted", gettext_lazy("the customer lives with the workaround")
    NOT_A_FAULT = "not_a_fault", gettext_lazy("works as meant")
    DUPLICATE = "duplicate", gettext_lazy("same as another case")
    HANDED_OFF = "handed_off", gettext_lazy("handed to another department")
    NO_ANSWER = "no_answer", gettext_lazy("the customer does not answer")


LETTERS = {
    Reason.FIXED_CONFIRMED: gettext_lazy("You told us that it works, so we close this case together."),
    Reason.FIXED_UNCONFIRMED: gettext_lazy(
        "We believe that it is fixed, and have not heard from you whether it is, so we close this case for now."
    ),
    Reason.WORKAROUND_ACCEPTED: gettext_lazy("You go on with the way around it, so we close this case."),
    Reason.NOT_A_FAULT: gettext_lazy("This works as it is meant to, so we close this case."),
    Reason.DUPLICATE: gettext_lazy("We work on this in another case, so we close this one."),
    Reason.HANDED_OFF: gettext_lazy("Another department takes this on, so we close this case here."),
    Reason.NO_ANSWER: gettext_lazy("We have not heard from you for a while, so we close this case for now."),
}


class ClosureQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(reopened_at=None)

    def customers_share(self, actor: Any) -> Q:
        return Q(case__participants__user=actor, case__participants__left_at=None)


class ClosureManager(models.Manager.from_queryset(ClosureQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def close(self, *, by: Any, reason: str, words: str = "", despite: str = "") -> "Closure":
        """case.closures.close(by=sam, reason=Reason.FIXED_CONFIRMED): tells the customer, in `words` or in ours.

        Withdraws escalations still waiting. `despite`: why, although children of it are open. Raises `ClosedAlready`,
        `NotConfirmed`, `Invalid`, `TasksMustBeDone`, `ChildrenAreOpen`.
        """
        case = self.instance.lock()
        if reason not in Reason.values:
            raise Invalid(_("Say why the case is closed."))
        if self.standing().exists():
            raise ClosedAlready
        if reason == Reason.FIXED_CONFIRMED and not self.is_confirmed():
            raise NotConfirmed
        closing.must_be_ready(case, by=by, despite=despite)
        for escalation in case.escalations.waiting():
            escalation.withdraw(by=by)
        closure = self.create(reason=reason, closed_by=by)
        case.updates.send(closure.letter(words), by=by, kind=Kind.CLOSURE, link=("rate_link", closure.pk))
        case.pass_ball(Ball.NOBODY, by=by)
        case.enter(Stage.CLOSE, by=by, reason=reason)
        case.record(
            "closure.made",
            by=by,
            audience=Audience.CUSTOMER,
            closure=closure.pk,
            reason=reason,
            why=closure.get_reason_display(),
        )
        return closure

    def is_confirmed(self) -> bool:
        """Whether the customer says that the standing resolution works, and has said so since the case was last opened again."""
        last = self.exclude(reopened_at=None).order_by("-reopened_at").first()
        resolutions = Resolution.objects.filter(case=self.instance)
        return resolutions.confirmed(since=last and last.reopened_at).exists()


class Closure(models.Model):
    """The agreed end of a case. Opened again it stays, so that reopenings can be counted."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="closures")
    reason = models.CharField(max_length=24, choices=Reason)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(default=clock.now, editable=False)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_why = models.TextField(blank=True)

    objects = ClosureManager()

    class Meta:
        ordering = ["-closed_at", "-pk"]
        constraints = [
            models.UniqueConstraint("case", condition=Q(reopened_at=None), name="one_standing_closure"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="closure_reason_known"),
            models.CheckConstraint(
                condition=Q(reopened_by=None) | Q(reopened_at__isnull=False), name="what_is_closed_nobody_reopened"
            ),
        ]
        indexes = [models.Index(fields=["case", "-closed_at"], name="closures_of_case")]

    def __str__(self) -> str:
        return self.get_reason_display()

    def letter(self, words: str = "") -> str:
        """What the customer reads: our colleague's words, or those of the reason; and that a word opens it again."""
        with translation.override(language_of(self.case.reporter)):
            again = _("If it is not over, answer this mail and the case opens again.")
            return f"{words.strip() or LETTERS[Reason(self.reason)]}\n\n{again}"

    @transaction.atomic
    def reopen(self, *, by: Any, why: str) -> None:
        """closure.reopen(by=ana, why="It stopped again"): back to the investigation, the ball to the customer owner.

        By None where we do not know who wrote; then nobody is told.
        """
        case = self.case.lock()
        self.refresh_from_db()
        self.case = case
        if self.reopened_at:
            raise OpenedAlready
        if not (why := why.strip()):
            raise Invalid(_("Say why it is opened again."))
        self.reopened_by, self.reopened_at, self.reopened_why = by, clock.now(), why
        self.save(update_fields=["reopened_by", "reopened_at", "reopened_why"])
        case.enter(Stage.INVESTIGATE, by=by)
        case.pass_ball(Ball.SUPPORT, by=by, holder=case.customer_owner)
        self._tell_it_is_open(why, by=by)
        late = self.reopened_at > self.closed_at + GRACE
        case.record("closure.reopened", by=by, audience=Audience.CUSTOMER, closure=self.pk, why=why, late=late)

    def _tell_it_is_open(self, why: str, *, by: Any) -> None:
        """A colleague says why; to a customer who spoke again the house says that it was heard, unless it just did."""
        if by is None:
            return
        case, speaks = self.case, by.may(Can.SPEAK)
        if not speaks and case.updates.automatic().is_enough_for(case.reporter.email):
            return
        with translation.override(language_of(case.reporter)):
            told = (
                _("We opened this case again: {why}") if speaks else _("Your case is open again. A person looks at it.")
            )
            text = told.format(why=why)
        case.updates.send(text, by=by if speaks else None, kind=Kind.REOPENING)
