from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.cases.models.case import Case
from tandem.cases.models.secret import ErasedAlready, Kind, NoReason, Secret
from tandem.cases.privacy import erasing
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.people.visibility import VisibleTo


class TooShort(Invalid):
    """Give at least 6 characters to erase: fewer stand in many words that mean no harm."""


class ErasureManager(models.Manager.from_queryset(VisibleTo)):  # type: ignore[misc]
    @transaction.atomic
    def erase(self, text: str, *, by: Any, why: str) -> "Erasure":
        """case.erasures.erase("hunter2!", by=sam, why="…"): out of every place it stands on this case, for ever.

        On the cases it is read with, too. What left us by mail cannot be called back. Raises `TooShort`, `NoReason`.
        """
        text = text.strip()
        if len(text) < erasing.SHORTEST:
            raise TooShort
        return self._erase(text, by=by, why=why, what=_("a text of {n} characters").format(n=len(text)))

    @transaction.atomic
    def erase_secret(self, secret: Secret, *, by: Any, why: str) -> "Erasure":
        """The same for what was hidden; nobody can see it any more. Raises `ErasedAlready`, `NoReason`."""
        if not secret.sealed:
            raise ErasedAlready
        what = str(Kind(secret.kind).label)
        return self._erase(
            secret.opened(), by=by, why=why, what=what, mail_of=[secret.message] if secret.message else []
        )

    def _erase(self, text: str, *, by: Any, why: str, what: str, mail_of: Any = ()) -> "Erasure":
        case, why = self.instance.lock(), " ".join(why.split())
        if not 3 < len(why) <= 300 or text in why:
            raise NoReason
        cases = list(Case.objects.filter(Q(pk=case.pk) | Q(merged_into=case) | Q(merged_cases=case)).distinct())
        _forget(cases, text)
        rows = erasing.erase(cases, text, also_mail_of=mail_of)
        erasure = self.create(what=what, why=why, erased_by=by, rows=rows)
        case.record("case.erased", by=by, what=what, why=why, rows=rows)
        return erasure


def _forget(cases: list[Case], text: str) -> None:
    hidden = Secret.objects.filter(case__in=cases).exclude(sealed="")
    same = [secret.pk for secret in hidden if secret.opened() == text]
    Secret.objects.filter(pk__in=same).update(sealed="")


class Erasure(models.Model):
    """Something taken out of a case for ever, everywhere: what it was in a word, who did it, and why."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="erasures")
    what = models.CharField(max_length=120)
    why = models.CharField(max_length=300)
    rows = models.PositiveIntegerField(default=0)
    erased_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    erased_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ErasureManager()

    class Meta:
        ordering = ["-erased_at", "-pk"]
