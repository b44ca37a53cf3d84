import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.models import Message, Participant
from tandem.communicate import smtp
from tandem.communicate.composing import Unmailable
from tandem.communicate.models.update import Update
from tandem.kit import clock, live
from tandem.kit.later import later
from tandem.people.visibility import VisibleTo

# How long to wait after each attempt that was put off; after the last there is none.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480, 720, 1440, 1440)]


class State(models.TextChoices):
    QUEUED = "queued", gettext_lazy("on its way")
    SENT = "sent", gettext_lazy("sent")
    FAILED = "failed", gettext_lazy("could not be delivered")
    BOUNCED = "bounced", gettext_lazy("came back")
    WITHHELD = "withheld", gettext_lazy("not sent")


class DeliveryQuerySet(VisibleTo):
    def undelivered(self) -> Self:
        return self.filter(state__in=[State.FAILED, State.BOUNCED])


class DeliveryManager(models.Manager.from_queryset(DeliveryQuerySet)):  # type: ignore[misc]
    def plan(self, participants: Iterable[Participant]) -> None:
        """update.deliveries.plan(…): a mail to each, from now on with a Message-ID that never changes."""
        planned = self.bulk_create(
            Delivery(update=self.instance, participant=who, address=who.user.email, message_id=_fresh_message_id())
            for who in participants
        )
        for delivery in planned:
            delivery.ask()

    @transaction.atomic
    def begin(self, pk: int) -> bool:
        """Note that an attempt begins; False if there is nothing to send any more.

        Committed before the attempt itself, so that one which died half-way is known: it may have arrived.
        """
        delivery = self.select_for_update().filter(pk=pk, state=State.QUEUED).first()
        if delivery is None:
            return False
        delivery.doubts += delivery.begun_at is not None
        delivery.begun_at, delivery.attempts = clock.now(), delivery.attempts + 1
        delivery.save(update_fields=["doubts", "begun_at", "attempts"])
        return True

    @transaction.atomic
    def hand_over(self, pk: int) -> None:
        """Give the mail to the next server, once: whoever holds the row sends."""
        waiting = self.select_for_update(of=("self",)).select_related(
            "update__message__author", "participant__user__contact"
        )
        delivery = waiting.select_related("update__case").filter(pk=pk, state=State.QUEUED).first()
        if delivery:
            delivery.go()


class Delivery(models.Model):
    """One update on its way to one participant by mail."""

    update = models.ForeignKey(Update, models.PROTECT, related_name="deliveries")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="deliveries")
    address = models.EmailField(max_length=320)
    message_id = models.CharField(max_length=250, unique=True, editable=False)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    doubts = models.PositiveSmallIntegerField(
        default=0, help_text="Attempts of which nobody knows whether they arrived."
    )
    begun_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects = DeliveryManager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("update", "participant", name="one_delivery_per_participant"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="delivery_state_known"),
        ]
        indexes = [models.Index(fields=["address", "sent_at"], name="deliveries_to_address")]

    def ask(self, *, after: timedelta | None = None) -> None:
        """Have a worker send it; two never work at the same one."""
        at = clock.now() + after if after else None
        later("communicate.deliver", lock=f"delivery:{self.pk}", at=at, delivery_id=self.pk)

    def go(self) -> None:
        """One attempt. Whether this person may read it is asked now, not when it was written."""
        if not self.may_be_read():
            return self._end(
                State.WITHHELD, _("{name} does not take part any more.").format(name=self.participant.user.name)
            )
        if self.doubts > 1:
            return self.fail(_("Two attempts ended without an answer. It may have arrived."))
        try:
            smtp.send(self.as_bytes(), sender=self.envelope_sender, recipients=[self.address])
        except smtp.NotNow as error:
            return self._put_off(error)
        except (smtp.Never, Unmailable) as error:
            return self.fail(str(error))
        self.sent_at = clock.now()
        return self._end(State.SENT)

    def may_be_read(self) -> bool:
        return Message.objects.visible_to(self.participant.user).filter(pk=self.update.message_id).exists()

    @property
    def reply_address(self) -> str:
        """Where an answer, or the mail coming back, reaches this case as this person's."""
        return f"reply+{self.participant.word}@{settings.REPLY_DOMAIN}"

    @property
    def envelope_sender(self) -> str:
        """Whom other servers tell when it does not arrive: nobody, if a program wrote it, or two would talk for ever."""
        return "" if self.update.is_automatic else self.reply_address

    def as_bytes(self) -> bytes:
        from tandem.communicate import letters

        return letters.of(self)

    def fail(self, sentence: str) -> None:
        self._end(State.FAILED, sentence)
        self._record_failure()

    def bounce(self, sentence: str) -> None:
        """It came back after all."""
        self._end(State.BOUNCED, sentence)
        self._record_failure()

    def _put_off(self, error: smtp.NotNow) -> None:
        if self.attempts > len(PAUSES):
            return self.fail(str(error))
        self.doubts += error.is_doubtful
        self._end(State.QUEUED, str(error))
        return self.ask(after=PAUSES[self.attempts - 1])

    def _end(self, state: str, error: str = "") -> None:
        self.state, self.error, self.begun_at = state, error, None
        self.save(update_fields=["state", "error", "begun_at", "sent_at", "doubts"])
        live.announce(f"case:{self.update.case_id}", "delivery", audience="support")

    def _record_failure(self) -> None:
        facts: dict[str, Any] = {"delivery": self.pk, "name": self.participant.user.name, "error": self.error}
        self.update.case.record("delivery.failed", update=self.update_id, message=self.update.message_id, **facts)


def _fresh_message_id() -> str:
    return f"<{secrets.token_hex(16)}@{settings.REPLY_DOMAIN}>"
