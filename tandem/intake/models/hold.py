from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.cases.sentences import say
from tandem.intake import turn
from tandem.intake.models.read_together import ReadTogether
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.later import later
from tandem.kit.say import moment
from tandem.people.roles import Can

MINUTES, LONGEST = 15, 60

say("hold.asked", gettext_lazy("Asked to hold still for {minutes} minutes"))
say("hold.released", gettext_lazy("Free to go on"))


class HeldAlready(Refused):
    """They are holding still already."""


class ReleasedAlready(Refused):
    """They have been told already that they can go on."""


class HoldQuerySet(ReadTogether):
    def standing(self) -> Self:
        return self.filter(released_at=None)

    def customers_share(self, actor: Any) -> Q:
        return self.on_cases_of(actor)


class HoldManager(models.Manager.from_queryset(HoldQuerySet)):  # type: ignore[misc]
    def asked(self) -> HoldQuerySet:
        """case.holds.asked(): here or on what is merged into the case."""
        return self.model.objects.of(self.instance)

    @transaction.atomic
    def ask(self, *, by: Any, minutes: int = MINUTES) -> "Hold":
        """case.holds.ask(by=sam): the customer leaves all as it is while snapshots are taken, and is released by itself.

        Raises `HeldAlready`, `Invalid`.
        """
        by.must_be_able_to(Can.SPEAK)
        case = self.instance.lock()
        if not 1 <= minutes <= LONGEST:
            raise Invalid(_("Ask for 1 to {n} minutes, not more.").format(n=LONGEST))
        if self.model.objects.of(case.read_on).standing().exists():
            raise HeldAlready
        hold = self.create(asked_by=by, until=clock.now() + timedelta(minutes=minutes))
        turn.say_in_between(case, hold.letter(), by=by)
        case.record("hold.asked", by=by, audience=Audience.CUSTOMER, hold=hold.pk, minutes=minutes)
        case.collections.snapshot(hold, by=by)
        later("intake.release", at=hold.until, hold_id=hold.pk)
        return hold


class Hold(models.Model):
    """The customer was asked to leave everything as it is, until we have looked."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    until = models.DateTimeField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        help_text=gettext_lazy("Nobody: its time was over."),
    )
    released_at = models.DateTimeField(null=True)

    objects = HoldManager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint("case", condition=Q(released_at=None), name="one_standing_hold"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=False) | Q(released_by=None), name="hold_released_at_some_time"
            ),
        ]
        indexes = [models.Index(fields=["case", "-asked_at"], name="holds_of_case")]

    def letter(self) -> str:
        """What the customer reads, in the language of who reported the case."""
        with translation.override(turn.language_of(self.case.reporter)):
            return _(
                "Please leave everything as it is until {time}: do not refresh the page, close it or log out.\n\n"
                "We save what shows the fault before it is gone. We tell you as soon as you can go on."
            ).format(time=moment(self.until))

    @transaction.atomic
    def release(self, *, by: Any = None, words: str = "") -> None:
        """They can go on; `by` nobody when the time is over. Raises `ReleasedAlready`."""
        case = self.case.lock()
        self.refresh_from_db(fields=["released_at"])
        if self.released_at:
            raise ReleasedAlready
        if by:
            by.must_be_able_to(Can.SPEAK)
        self.released_by, self.released_at = by, clock.now()
        self.save(update_fields=["released_by", "released_at"])
        with translation.override(turn.language_of(case.reporter)):
            thanks = _("Thank you for waiting. You can go on now: refresh, close or log out as you like.")
        turn.say_in_between(case, words.replace("\x00", "").strip()[:4000] or thanks, by=by)
        case.record("hold.released", by=by, audience=Audience.CUSTOMER, hold=self.pk)

    def end(self, at: datetime) -> None:
        """Its time is over; nothing happens if they were told to go on before."""
        if self.released_at is None and self.until <= at:
            self.release()
