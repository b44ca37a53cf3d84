from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from tandem.intake import evidence
from tandem.investigate.models.of_case import words as said
from tandem.people.visibility import VisibleTo
from tandem.resolve.models import answers, refusals
from tandem.resolve.models.verification import Verdict, Verification, Via

if TYPE_CHECKING:
    from tandem.resolve.models.resolution import Resolution


class ResolutionQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def awaiting_customer(self) -> Self:
        """Asked, and no word from the customer since."""
        return self.standing().exclude(asked_at=None).exclude(pk__in=_answered())

    def confirmed(self, *, since: datetime | None = None) -> Self:
        """Those of which the customer's newest word, given after `since`, is that it works."""
        newest = _customers_word(models.OuterRef("pk"))
        rows = self.standing().annotate(
            newest_word=models.Subquery(newest.values("verdict")[:1]),
            newest_word_at=models.Subquery(newest.values("verified_at")[:1]),
        )
        rows = rows.filter(newest_word=Verdict.WORKS)
        return rows.filter(newest_word_at__gt=since) if since else rows

    def customers_share(self, actor: Any) -> Q:
        return Q(case__participants__user=actor, case__participants__left_at=None, asked_at__isnull=False)


def _answered() -> models.QuerySet:
    since = Verification.objects.customers().filter(verified_at__gte=F("resolution__asked_at"))
    return since.values("resolution")


def _customers_word(resolution: Any) -> models.QuerySet:
    return Verification.objects.customers().filter(resolution=resolution).order_by("-verified_at", "-pk")


class ResolutionManager(models.Manager.from_queryset(ResolutionQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def propose(self, *, words: str, by: Any, changed: str = "", cause: str = "", saw: str = "") -> "Resolution":
        """case.resolutions.propose(words="…", changed="Raised the page size", cause="…", by=erin)

        `words` tell the customer what happened, `saw` what they saw, `changed` what we did; `cause` stays with us.
        Raises `OneProposedAlready`, `CaseClosed`, `LookFirst`, `Invalid`.
        """
        case = self.instance.lock()
        must_be_open(case)
        if self.standing().exists():
            raise refusals.OneProposedAlready
        evidence.must_be_enough(case)
        resolution = self.create(
            saw=saw.strip(),
            words=said(words, refusal=_("Say in words for the customer what happened.")),
            changed=changed.strip(),
            cause=cause.strip(),
            proposed_by=by,
        )
        case.record("resolution.proposed", by=by, resolution=resolution.pk, changed=resolution.what_changed)
        return resolution

    def hear(self, message: Any, *, is_known: bool) -> Verification | None:
        """case.resolutions.hear(message, is_known=True): their verification, if it answers with an offered word.

        What we do not know to be theirs verifies nothing.
        """
        awaited = self.awaiting_customer().filter(asked_at__lte=message.created_at).first()
        told = answers.told_in(message.body, language=answers.language_of(message.author))
        if not (awaited and told and is_known and self.instance.is_open):
            return None
        if not self.instance.participants.standing().filter(user=message.author).exists():
            return None
        return awaited.verify_customer(verdict=told.verdict, by=message.author, via=Via.REPLY, note=told.note)


def must_be_open(case: Any) -> None:
    if not case.is_open:
        raise refusals.CaseClosed
