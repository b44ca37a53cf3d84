import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases import ledger
from tandem.cases.models import Case, Message, Participant
from tandem.cases.models.attachment import Scan, Search
from tandem.communicate import smtp
from tandem.communicate.composing import Unmailable
from tandem.communicate.models import addressing
from tandem.communicate.models.addressing import Place
from tandem.communicate.models.update import Update
from tandem.kit import clock, live, tokens
from tandem.kit.later import later
from tandem.people.visibility import VisibleTo

# How long to wait after each attempt that was put off; after the last there is none.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480, 720, 1440, 1440)]
# An attempt from which nothing was heard for so long has died; until then another would be a second mail.
LEASE = timedelta(minutes=10)
# Files are checked for viruses within seconds. A mail looks again so often, and goes without them after so long.
CHECKED_SOON, CHECKED_AT_LAST = timedelta(seconds=10), timedelta(minutes=10)


class State(models.TextChoices):
    QUEUED = "queued", gettext_lazy("on its way")
    SENT = "sent", gettext_lazy("sent")
    FAILED = "failed", gettext_lazy("could not be delivered")
    BOUNCED = "bounced", gettext_lazy("came back")
    WITHHELD = "withheld", gettext_lazy("not sent")


class DeliveryQuerySet(VisibleTo):
    def undelivered(self) -> Self:
        return self.filter(state__in=[State.FAILED, State.BOUNCED, State.WITHHELD])

    def with_words(self) -> Self:
        """With all its mail is made of."""
        return self.select_related(
            "update__message__author", "relayed__author", "participant__user__contact", "participant__case"
        )


class DeliveryManager(models.Manager.from_queryset(DeliveryQuerySet)):  # type: ignore[misc]
    def plan(self, addressed: Iterable[tuple[Participant, str]]) -> None:
        """update.deliveries.plan(…): a mail to each, from now on with a Message-ID that never changes."""
        self._ask(_to(who, place, update=self.instance) for who, place in addressed)

    @transaction.atomic
    def relay(self, message: Message, *, also_got: Iterable[str] = ()) -> None:
        """What somebody of the customer said reaches the others of their side, once; not those who `also_got` it."""
        case: Case = message.stands_on.read_on.lock()
        if self.filter(relayed=message).exists():
            return
        known = {address.lower() for address in also_got}
        there = [one for one in addressing.hearing(case) if one.joined_at <= message.created_at]
        others = [one for one in there if one.user_id != message.author_id]
        self._ask(_to(who, Place.CC, relayed=message) for who in others if who.user.email not in known)

    def _ask(self, planned: Iterable["Delivery"]) -> None:
        for delivery in self.bulk_create(planned):
            delivery.ask()

    def ready(self, pk: int) -> "Delivery | None":
        """One that is to be sent, nothing of it begun; None if there is nothing to send now."""
        return self.with_words().filter(pk=pk, state=State.QUEUED).first()

    @transaction.atomic
    def begin(self, pk: int) -> "Delivery | None":
        """Note that an attempt begins; None if there is nothing to send now.

        Committed before the attempt itself, so that one which died half-way is known: it may have arrived.
        """
        rows = self.select_for_update(of=("self",)).with_words()
        delivery: Delivery | None = rows.filter(pk=pk, state=State.QUEUED).first()
        if delivery is None:
            return None
        if delivery.begun_at and delivery.begun_at > clock.now() - LEASE:
            delivery.ask(after=LEASE)
            return None
        delivery.doubts += delivery.begun_at is not None
        delivery.begun_at, delivery.attempts = clock.now(), delivery.attempts + 1
        delivery.save(update_fields=["doubts", "begun_at", "attempts"])
        return delivery

    def returned_to(self, word: str) -> "Delivery | None":
        """The delivery in whose envelope sender this word stood (see `Delivery.envelope_sender`)."""
        told, _dash, seal = word.lower().partition("-")
        if not told.isascii() or not told.isdigit() or len(told) > 18 or not tokens.is_sealed(seal, "back", told):
            return None
        return self.with_words().filter(pk=int(told)).first()


def _to(who: Participant, place: str, **what: Any) -> "Delivery":
    return Delivery(participant=who, address=who.user.email, place=place, message_id=_fresh_message_id(), **what)


class Delivery(models.Model):
    """A message on its way to one participant by mail: an update of ours, or what another of their side said."""

    update = models.ForeignKey(Update, models.PROTECT, related_name="deliveries", null=True)
    relayed = models.ForeignKey(Message, models.PROTECT, related_name="relays", null=True)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="deliveries")
    place = models.CharField(max_length=2, choices=Place, default=Place.TO)
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
            models.UniqueConstraint(
                "relayed", "participant", condition=~Q(relayed=None), name="one_relay_per_participant"
            ),
            models.CheckConstraint(
                condition=Q(update=None, relayed__isnull=False) | Q(update__isnull=False, relayed=None),
                name="delivery_of_one_message",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="delivery_state_known"),
        ]
        indexes = [models.Index(fields=["address", "sent_at"], name="deliveries_to_address")]

    def ask(self, *, after: timedelta | None = None) -> None:
        """Have a worker send it; two never work at the same one."""
        at = clock.now() + after if after else None
        later("communicate.deliver", lock=f"delivery:{self.pk}", at=at, delivery_id=self.pk)

    def go(self) -> None:
        """One attempt. It is written before it counts as begun: what stops us here has sent nothing, and is no doubt."""
        if why := self.why_withheld():
            return self._end(State.WITHHELD, why)
        if self._waits_for_a_check():
            return self.ask(after=CHECKED_SOON)
        raw = self._written()
        if raw and (begun := Delivery.objects.begin(self.pk)):
            begun.hand_over(raw)
        return None

    def _waits_for_a_check(self) -> bool:
        """Whether files that came with it are being checked, or searched, and that has not taken too long."""
        is_new = clock.now() - self.written_at < CHECKED_AT_LAST
        attached = self.message.attachments.all()
        return is_new and any(file.scan == Scan.WAITING or file.search == Search.WAITING for file in attached)

    def _written(self) -> bytes | None:
        try:
            return self.as_bytes()
        except Unmailable as error:
            self.fail(str(error))
        except OSError as error:
            self.attempts += 1
            self._put_off(
                smtp.NotNow(_("The files that go with it cannot be read just now: {error}").format(error=error))
            )
        return None

    def hand_over(self, raw: bytes) -> None:
        """No transaction is open while we talk to their server."""
        if self.doubts > 1:
            return self.fail(_("Two attempts ended without an answer. It may have arrived."))
        try:
            smtp.send(raw, sender=self.envelope_sender, recipients=[self.address])
        except smtp.NotNow as error:
            return self._put_off(error)
        except smtp.Never as error:
            return self.bounce(str(error)) if error.is_about_them else self.fail(str(error))
        self.sent_at = clock.now()
        return self._end(State.SENT)

    def why_withheld(self) -> str:
        """Whether this person may read it and wants to is asked now, not when it was written; "" if so."""
        name, contact = self.participant.user.name, getattr(self.participant.user, "contact", None)
        if not Message.objects.visible_to(self.participant.user).filter(pk=self.message.pk).exists():
            return _("{name} does not take part any more.").format(name=name)
        if self.participant.no_mail_since:
            return _("{name} wants no more mail about this case.").format(name=name)
        if contact and contact.no_mail_since:
            return _("No mail goes to {address}. {why}").format(address=self.address, why=contact.no_mail_why)
        return ""

    @property
    def message(self) -> Message:
        if self.relayed:
            return self.relayed
        assert self.update is not None  # the database sees to it
        return self.update.message

    @property
    def case(self) -> Case:
        return self.participant.case

    @property
    def written_at(self) -> Any:
        return self.update.sent_at if self.update else self.message.created_at

    @property
    def is_automatic(self) -> bool:
        return self.update is not None and self.update.is_automatic

    @property
    def siblings(self) -> models.QuerySet["Delivery"]:
        """The mails to everybody who gets this message, this one too."""
        rows = Delivery.objects.select_related("participant__user").order_by("pk")
        return rows.filter(update=self.update) if self.update else rows.filter(relayed=self.relayed)

    @property
    def reply_address(self) -> str:
        """Where an answer reaches this case as this person's."""
        return f"reply+{self.participant.word}@{settings.REPLY_DOMAIN}"

    @property
    def envelope_sender(self) -> str:
        """Whom other servers tell when it does not arrive: this very delivery, so that any report names it.

        Nobody, if a program wrote it, or two would talk for ever.
        """
        return "" if self.is_automatic else f"back+{self.pk}-{tokens.seal('back', self.pk)}@{settings.REPLY_DOMAIN}"

    def as_bytes(self) -> bytes:
        from tandem.communicate import letters

        return letters.of(self)

    @transaction.atomic
    def send_again(self) -> None:
        """With the Message-ID it has: whoever has it already sees it once."""
        self.attempts = self.doubts = 0
        self._end(State.QUEUED)
        self.ask()

    @transaction.atomic
    def fail(self, sentence: str) -> None:
        self._end(State.FAILED, sentence)
        self._record_failure()

    @transaction.atomic
    def bounce(self, sentence: str, *, for_good: bool = True) -> None:
        """It came back, at the door or after all; `for_good` if that address will never take one."""
        self._end(State.BOUNCED, sentence)
        self._record_failure()
        contact = getattr(self.participant.user, "contact", None)
        if contact and for_good:
            contact.mail_came_back(sentence)
            self._say_if_stopped(contact)

    @transaction.atomic
    def complain(self) -> None:
        """They told their provider that this is unwanted: nothing more goes there."""
        if contact := getattr(self.participant.user, "contact", None):
            contact.stop_mail(_("They marked our mail as unwanted."))
            self._say_if_stopped(contact)

    def _say_if_stopped(self, contact: Any) -> None:
        if contact.no_mail_since:
            self.case.record("contact.mail_stopped", name=self.participant.user.name, why=contact.no_mail_why)

    def _put_off(self, error: smtp.NotNow) -> None:
        if self.attempts > len(PAUSES):
            return self.fail(str(error))
        self.doubts += error.is_doubtful
        with transaction.atomic():
            self._end(State.QUEUED, str(error))
            self.ask(after=PAUSES[self.attempts - 1])
        return None

    def _end(self, state: str, error: str = "") -> None:
        self.state, self.error, self.begun_at = state, error, None
        self.save(update_fields=["state", "error", "begun_at", "sent_at", "doubts", "attempts"])
        live.announce(f"case:{self.case.pk}", "delivery", audience="support")

    def _record_failure(self) -> None:
        facts: dict[str, Any] = {"delivery": self.pk, "name": self.participant.user.name, "error": self.error}
        with ledger.because_of(self.case, "update.sent", update=self.update_id):
            self.case.record("delivery.failed", update=self.update_id, message=self.message.pk, **facts)


def _fresh_message_id() -> str:
    return f"<{secrets.token_hex(16)}@{settings.REPLY_DOMAIN}>"
