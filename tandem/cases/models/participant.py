import secrets
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience
from tandem.cases.models.case import Case
from tandem.kit import clock, tokens
from tandem.people.visibility import VisibleTo


class ParticipantQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(left_at=None)

    def customers_share(self, actor: Any) -> models.Q:
        return models.Q(case__participants__user=actor, case__participants__left_at=None)


class ParticipantManager(models.Manager.from_queryset(ParticipantQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def join(self, user: Any, *, by: Any) -> "Participant":
        """case.participants.join(ana, by=sam): from now on they read what is for the customer, and hear from us."""
        case = self.instance
        participant, is_new = self.get_or_create(case=case, user=user)
        if participant.left_at:
            participant.left_at, participant.nonce = None, _nonce()
            participant.save(update_fields=["left_at", "nonce"])
        elif not is_new:
            return participant
        case.record("participant.joined", by=by, audience=Audience.CUSTOMER, user=user.pk, name=user.name)
        return participant

    def holding(self, word: str) -> "Participant | None":
        """The participant whose signed word this is (see `Participant.word`), if they still take part."""
        told, _dot, seal = word.lower().partition("-")
        if not told.isascii() or not told.isdigit() or len(told) > 18:
            return None
        found = self.select_related("case", "user").filter(pk=int(told), left_at=None).first()
        return found if found and tokens.is_sealed(seal, "reply", found.pk, found.nonce) else None

    def opening(self, token: str, *, purpose: str) -> "tuple[Participant, int | None] | None":
        """Who a signed link was made for, and the row it is about; None if it is old, changed or for something else."""
        try:
            told = signing.loads(token, salt=f"link:{purpose}", max_age=LINKS_LAST)
        except signing.BadSignature:
            return None
        people = self.standing().select_related("case", "user").filter(user__is_active=True)
        found = people.filter(pk=told["participant"], nonce=told["nonce"]).first()
        return (found, told["of"]) if found else None


LINKS_LAST = timedelta(days=30)


def _nonce() -> str:
    return secrets.token_hex(8)


class Participant(models.Model):
    """A person at the customer who takes part in a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="participations")
    nonce = models.CharField(
        max_length=16, default=_nonce, editable=False, help_text=_("Changing it ends old reply addresses.")
    )
    joined_at = models.DateTimeField(default=clock.now, editable=False)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipantManager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [models.UniqueConstraint("case", "user", name="one_participation_per_person")]

    @property
    def word(self) -> str:
        """What we put into the reply address: only we can make it, only this person gets it."""
        return f"{self.pk}-{tokens.seal('reply', self.pk, self.nonce)}"

    def link(self, purpose: str, *, of: int | None = None) -> str:
        """The address of a page, named `purpose` in the urls, that lets this person do this one thing without signing in."""
        told = {"participant": self.pk, "nonce": self.nonce, "of": of}
        return settings.BASE_URL + reverse(purpose, args=[signing.dumps(told, salt=f"link:{purpose}", compress=True)])
