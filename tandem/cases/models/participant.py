import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience
from tandem.cases.models.case import Case
from tandem.kit import clock, prepared, tokens, written
from tandem.kit.errors import Refused
from tandem.people.visibility import VisibleTo


class ReporterHears(Refused):
    """You asked us, so our answers go to you."""


class ParticipantQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(left_at=None)

    def hearing(self) -> Self:
        """Who takes part and has not stopped our mail."""
        return self.standing().filter(no_mail_since=None)

    def customers_share(self, actor: Any) -> models.Q:
        return models.Q(case__participants__user=actor, case__participants__left_at=None)


class ParticipantManager(models.Manager.from_queryset(ParticipantQuerySet)):  # type: ignore[misc]
    def begin(self, user: Any, *, by: Any) -> "Participant":
        """Whom a case is opened for; nobody takes part in it yet."""
        participant: Participant = written.insert(self.model(case=self.instance, user=user))
        self._tell(participant, by=by)
        return participant

    @transaction.atomic(savepoint=False)
    def join(self, user: Any, *, by: Any) -> "Participant":
        """case.participants.join(ana, by=sam): from now on they read what is for the customer, and hear from us."""
        participant, is_new = self.get_or_create(case=self.instance, user=user)
        if participant.left_at:
            participant.left_at, participant.nonce = None, _nonce()
            participant.save(update_fields=["left_at", "nonce"])
        elif not is_new:
            return participant
        self._tell(participant, by=by)
        return participant

    def _tell(self, participant: "Participant", *, by: Any) -> None:
        who = participant.user
        self.instance.record("participant.joined", by=by, audience=Audience.CUSTOMER, user=who.pk, name=who.name)

    def holding(self, word: str, *, purpose: str = "reply") -> "Participant | None":
        """The participant whose signed word for this purpose it is (see `word_to`), if they still take part."""
        told, _dash, seal = word.lower().partition("-")
        if not told.isascii() or not told.isdigit() or len(told) > 18:
            return None
        found = next(iter(_standing(pk=int(told))), None)
        return found if found and tokens.is_sealed(seal, purpose, found.pk, found.nonce) else None

    def opening(self, token: str, *, purpose: str) -> "tuple[Participant, int | None] | None":
        """Who a signed link was made for, and the row it is about; None if it is old, changed or for something else."""
        try:
            told = signing.loads(token, salt=f"link:{purpose}", max_age=LINKS_LAST)
        except signing.BadSignature:
            return None
        people = self.standing().select_related("case", "user").filter(user__is_active=True)
        found = people.filter(pk=told["participant"], nonce=told["nonce"]).first()
        return (found, told["of"]) if found else None


@prepared.found
def _standing(*, pk: int) -> models.QuerySet["Participant"]:
    return Participant.objects.standing().select_related("case", "user__contact").filter(pk=pk)


LINKS_LAST = timedelta(days=30)


def _nonce() -> str:
    return secrets.token_hex(8)


class Participant(models.Model):
    """A person at the customer who takes part in a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="participants", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="participations", db_index=False)
    nonce = models.CharField(
        max_length=16, default=_nonce, editable=False, help_text=_("Changing it ends old reply addresses.")
    )
    joined_at = models.DateTimeField(default=clock.now, editable=False)
    left_at = models.DateTimeField(null=True, blank=True)
    no_mail_since = models.DateTimeField(
        null=True, blank=True, help_text=_("When they stopped our mail about this case. They still read it.")
    )

    objects = ParticipantManager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [models.UniqueConstraint("case", "user", name="one_participation_per_person")]
        indexes = [models.Index(fields=["user", "case"], name="cases_of_a_person")]  # in the order of their list

    @transaction.atomic
    def leave(self, *, by: Any) -> None:
        """They read no more of the case from now on; addresses and links they were given end."""
        self.left_at = clock.now()
        self.save(update_fields=["left_at"])
        facts: dict[str, Any] = {"user": self.user_id, "name": self.user.name}
        self.case.record("participant.left", by=by, audience=Audience.CUSTOMER, **facts)

    @property
    def word(self) -> str:
        """What we put into the reply address: only we can make it, only this person gets it."""
        return self.word_to("reply")

    def word_to(self, purpose: str) -> str:
        """A word that lets this person do this one thing, as long as they take part."""
        return f"{self.pk}-{tokens.seal(purpose, self.pk, self.nonce)}"

    @property
    def only_follows(self) -> bool:
        """Whether somebody else asked us: then they may stop our mail."""
        return self.user_id != self.case.reporter_id

    @transaction.atomic
    def stop_mail(self) -> None:
        """They want no more mail about this case. Raises `ReporterHears`."""
        if not self.only_follows:
            raise ReporterHears
        self._hear(clock.now(), "participant.mail_stopped")

    @transaction.atomic
    def start_mail(self) -> None:
        self._hear(None, "participant.mail_started")

    @transaction.atomic
    def try_mail_again(self, *, by: Any) -> None:
        """A colleague believes that their address works now; later rooms send again what did not arrive."""
        if contact := getattr(self.user, "contact", None):
            contact.try_mail_again()
        self.case.record("participant.mail_tried_again", by=by, participant=self.pk, name=self.user.name)

    def _hear(self, no_mail_since: datetime | None, verb: str) -> None:
        if bool(no_mail_since) == bool(self.no_mail_since):
            return
        self.no_mail_since = no_mail_since
        self.save(update_fields=["no_mail_since"])
        self.case.record(verb, by=self.user, audience=Audience.CUSTOMER, user=self.user_id, name=self.user.name)

    def link(self, purpose: str, *, of: int | None = None) -> str:
        """The address of a page, named `purpose` in the urls, that lets this person do this one thing without signing in."""
        told = {"participant": self.pk, "nonce": self.nonce, "of": of}
        return settings.BASE_URL + reverse(purpose, args=[signing.dumps(told, salt=f"link:{purpose}", compress=True)])
