from itertools import islice
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.models.attachment import Attachment
from tandem.cases.models.case import Case
from tandem.cases.models.message import Message
from tandem.cases.privacy.covering import Kind, covered_within
from tandem.kit import clock, masking, sealed
from tandem.kit.errors import Invalid, Refused
from tandem.people.visibility import VisibleTo

PURPOSE = "secret of a case"
MOST_KEPT = 1_000  # at once; nobody would look through more, and all of them are covered


class NoReason(Invalid):
    """Say why, in a few words and without the secret itself: the history of the case keeps them."""


class ErasedAlready(Refused):
    """This secret was erased everywhere; nobody can see it any more."""


class SecretQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        return self.filter(Q(message=None) | Q(message__in=Message.objects.visible_to(actor)))


class SecretManager(models.Manager.from_queryset(SecretQuerySet)):  # type: ignore[misc]
    def cover(self, told: Any, **where: Any) -> Any:
        """case.secrets.cover("password: hunter2!"): as it may be read; what was hidden is kept.

        Texts in lists and dicts, too: case.secrets.cover({"password": "hunter2!"}).
        """
        words, found = covered_within(told)
        self.keep(found, **where)
        return words

    def keep(self, found: list[masking.Secret], **where: Any) -> None:
        """case.secrets.keep(masking.find(text), message=message): sealed, for whoever has a reason to see them.

        What is kept there already, or for the whole case, is not kept again.
        """
        kept = {secret.value: secret.kind for secret in found}
        if kept:
            whole = Q(message=None, attachment=None)
            for row in self.filter(whole | Q(**where)).exclude(sealed=""):
                kept.pop(row.opened(), None)
        rows = self.bulk_create(
            Secret(case=self.instance, kind=kind, sealed=sealed.seal(value, purpose=PURPOSE), **where)
            for value, kind in islice(kept.items(), MOST_KEPT)
        )
        if rows:
            kinds = ", ".join(dict.fromkeys(Kind(row.kind).value for row in rows))
            self.instance.record("secret.hidden", kinds=kinds, count=len(rows))


class Secret(models.Model):
    """A password, token or key somebody wrote or sent: covered where it stood, seen again only with a reason."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="secrets")
    message = models.ForeignKey(Message, models.PROTECT, related_name="secrets", null=True)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="secrets", null=True)
    kind = models.CharField(max_length=16, choices=Kind)
    sealed = models.TextField(blank=True, help_text=_("Empty when it was erased."))
    hidden_at = models.DateTimeField(default=clock.now, editable=False)

    objects = SecretManager()

    class Meta:
        ordering = ["hidden_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=Kind.values), name="secret_kind_known")]

    @property
    def is_erased(self) -> bool:
        return not self.sealed

    @transaction.atomic
    def show(self, *, to: Any, why: str) -> str:
        """The secret itself, and a line in the ledger that says who saw it and why. Raises `NoReason`, `ErasedAlready`."""
        why = " ".join(why.split())
        if not 3 < len(why) <= 300:
            raise NoReason
        if self.is_erased:
            raise ErasedAlready
        self.disclosures.create(shown_to=to, why=why)
        self.case.record("secret.shown", by=to, kind=self.kind, why=why)
        return self.opened()

    def opened(self) -> str:
        """For what is not shown to anybody: comparing, erasing."""
        return sealed.opened(self.sealed, purpose=PURPOSE)


class Disclosure(models.Model):
    """Who saw a secret, and why."""

    secret = models.ForeignKey(Secret, models.PROTECT, related_name="disclosures")
    shown_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shown_at = models.DateTimeField(default=clock.now, editable=False)
    why = models.CharField(max_length=300)

    class Meta:
        ordering = ["-shown_at", "-pk"]
