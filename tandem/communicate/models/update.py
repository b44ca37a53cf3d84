from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from tandem.cases import ledger
from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case, Channel, Message
from tandem.communicate.models import addressing
from tandem.communicate.models.addressing import Addressed
from tandem.kit import clock
from tandem.kit.files import Stored
from tandem.people.visibility import VisibleTo


class Kind(models.TextChoices):
    RECEIPT = "receipt", _("receipt")
    ACKNOWLEDGMENT = "acknowledgment", _("acknowledgment")
    UPDATE = "update", _("update")
    QUESTION = "question", _("question")
    READ_BACK = "read_back", _("read-back")
    WORKAROUND = "workaround", _("workaround")
    RESOLUTION = "resolution", _("resolution")
    CLOSURE = "closure", _("closure")
    REOPENING = "reopening", _("reopening")
    CALL = "call", _("call")


class Link(NamedTuple):
    """The page an update leads to: its name in the urls, and the row it is about. Each participant gets their own."""

    page: str
    of: int | None = None


class UpdateQuerySet(VisibleTo):
    def customers_share(self, actor: Any) -> Q:
        return Q(case__participants__user=actor, case__participants__left_at=None)

    def automatic(self) -> "UpdateQuerySet":
        """What nobody wrote: sent by the house itself."""
        return self.filter(sent_by=None)

    def is_enough_for(self, address: str) -> bool:
        """Whether one more of these would be too many for this address: within the hour, or the day (a setting).

        Two programs that answer each other must fall silent, and nobody may have us fill somebody else's mailbox.
        """
        most = settings.MAIL_TO_ADDRESS
        sent = self.filter(deliveries__address=address, sent_at__gt=clock.now() - timedelta(days=1))
        times = list(sent.order_by("-sent_at").values_list("sent_at", flat=True)[:most])
        return len(times) >= most or any(at > clock.now() - timedelta(hours=1) for at in times)


class UpdateManager(models.Manager.from_queryset(UpdateQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def send(
        self,
        text: str,
        *,
        by: Any,
        promise_at: datetime | None = None,
        kind: str = Kind.UPDATE,
        link: tuple[str, int | None] | None = None,
        ball: str | None = None,
        channel: str = Channel.DESK,
        files: Iterable[Stored] = (),
        addressed: Addressed | None = None,
    ) -> "Update":
        """case.updates.send("…", by=sam, promise_at=tuesday): everybody who takes part hears it, or those `addressed`.

        Keeps the standing promise and makes the next one; passes the ball if told. `by=None` is the house itself: that
        keeps no promise, nor does the word of a rule. Raises `PromiseInThePast`.
        """
        case: Case = self.instance
        message = case.messages.write(text, by=by, audience=Audience.CUSTOMER, channel=channel, files=files)
        page, of = link or ("", None)
        update = self.create(message=message, kind=kind, sent_by=by, page=page, page_of=of)
        if by and not ledger.is_by_rule():
            case.promises.keep(update)
        if promise_at:
            case.promises.make(promise_at, by=by, said_in=update)
        update.deliveries.plan(addressing.addressed(case, addressed))
        case.record("update.sent", by=by, audience=Audience.CUSTOMER, update=update.pk, message=message.pk, kind=kind)
        if ball:
            case.pass_ball(ball, by=by, holder=_holder(case, ball))
        return update

    def confirm_receipt(self) -> "Update | None":
        """Tell the reporter, once, that their mail arrived. Whether they should hear of it, ask first: `is_enough_for`."""
        case: Case = self.instance
        if self.filter(kind=Kind.RECEIPT).exists():
            return None
        text = render_to_string("communicate/mail/receipt.txt", {"number": case.number}).strip()
        return self.send(text, by=None, kind=Kind.RECEIPT, channel=Channel.MAIL)


def _holder(case: Case, ball: str) -> Any:
    return {Ball.CUSTOMER: case.reporter, Ball.SUPPORT: case.customer_owner}.get(Ball(ball))


class Update(models.Model):
    """Something we told the customer."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="updates")
    message = models.OneToOneField(Message, models.PROTECT, related_name="sent_update")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.UPDATE)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    sent_at = models.DateTimeField(default=clock.now, editable=False)
    page = models.CharField(max_length=60, blank=True, help_text=_("The name of the page it leads to."))
    page_of = models.BigIntegerField(null=True, help_text=_("The row that page is about."))

    objects = UpdateManager()

    class Meta:
        ordering = ["sent_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=Kind.values), name="update_kind_known")]
        indexes = [models.Index(fields=["case", "sent_at"], name="updates_of_case")]

    @property
    def is_automatic(self) -> bool:
        return self.sent_by_id is None

    @property
    def link(self) -> Link | None:
        return Link(self.page, self.page_of) if self.page else None
