from datetime import datetime
from typing import Any

from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.models import SPOKEN, Ball, Case, Channel, Message
from tandem.communicate.models.update import Kind
from tandem.customers.models import Contact
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.people.visibility import VisibleTo


class NobodyOnTheLine(Invalid):
    """Say who it was with: somebody who takes part, or a name."""


class NotYet(Invalid):
    """A call is logged after it began."""


class Direction(models.TextChoices):
    IN = "in", gettext_lazy("they called us")
    OUT = "out", gettext_lazy("we called them")


class CallQuerySet(VisibleTo):
    def customers_share(self, actor: Any) -> Q:
        return Q(message__in=Message.objects.visible_to(actor))


class CallManager(models.Manager.from_queryset(CallQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def log(
        self,
        words: str,
        *,
        by: Any,
        direction: str,
        who: Contact | None = None,
        name: str = "",
        channel: str = Channel.PHONE,
        audience: str = Audience.CUSTOMER,
        began_at: datetime | None = None,
        minutes: int | None = None,
        link: str = "",
        promise_at: datetime | None = None,
    ) -> "Call":
        """case.logged_calls.log("It stops for June, too.", by=sam, who=ana.contact, direction=Direction.IN, minutes=12)

        `who` takes part from now on. What the customer may read of it is a word to them: it keeps the standing promise.
        Whoever called us moved last: the ball is ours. Raises `NobodyOnTheLine`, `NotYet`, `PromiseInThePast`.
        """
        case: Case = self.instance.lock()
        began_at = began_at or clock.now()
        if began_at > clock.now():
            raise NotYet
        if channel not in SPOKEN or direction not in Direction.values:
            raise Invalid(_("Say whether it was by phone or chat, and who called whom."))
        if not (name := who.user.name if who else name.strip()):
            raise NobodyOnTheLine
        if who:
            case.participants.join(who.user, by=by)
        message = case.messages.write(words, by=by, audience=audience, channel=channel)
        call = self.create(
            message=message,
            who=who,
            name=name,
            direction=direction,
            began_at=began_at,
            minutes=minutes,
            link=link,
        )
        call.keep_promise(promise_at, by=by)
        case.record(
            "call.logged", by=by, call=call.pk, message=message.pk, name=name, direction=direction, minutes=minutes
        )
        if direction == Direction.IN and case.ball == Ball.CUSTOMER:
            case.pass_ball(Ball.SUPPORT, by=by, holder=case.customer_owner)
        return call


class Call(models.Model):
    """A message that says what was spoken: who with, when, how long."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="logged_calls")
    message = models.OneToOneField(Message, models.PROTECT, related_name="call")
    who = models.ForeignKey(Contact, models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=120)
    direction = models.CharField(max_length=3, choices=Direction)
    began_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(null=True)
    link = models.URLField(max_length=500, blank=True, help_text=gettext_lazy("Of the recording or the transcript."))

    objects = CallManager()

    class Meta:
        ordering = ["-began_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="call_direction_known"),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="https://") | Q(link__startswith="http://"),
                name="call_link_is_a_page",
            ),
        ]
        indexes = [models.Index(fields=["case", "-began_at"], name="calls_of_case")]

    @property
    def by(self) -> Any:
        return self.message.author

    def keep_promise(self, promise_at: datetime | None, *, by: Any) -> None:
        update = None
        if self.message.audience == Audience.CUSTOMER:
            update = self.case.updates.create(message=self.message, kind=Kind.CALL, sent_by=by)
            self.case.promises.keep(update)
        if promise_at:
            self.case.promises.make(promise_at, by=by, said_in=update)


is_page = URLValidator(schemes=["https", "http"])
