from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.models.case import Case
from tandem.cases.models.secret import ErasedAlready, Kind, NoReason, Secret, reason
from tandem.cases.privacy import erasing
from tandem.kit import clock, live
from tandem.kit.errors import Invalid
from tandem.kit.later import later
from tandem.kit.sealed import opened, seal
from tandem.people.visibility import VisibleTo

PURPOSE = "erasure of a case"


class TooShort(Invalid):
    """Give at least 6 characters to erase: fewer stand in many words that mean no harm."""


class ErasureQuerySet(VisibleTo):
    def unfinished(self) -> Self:
        return self.exclude(sealed="")


class ErasureManager(models.Manager.from_queryset(ErasureQuerySet)):  # type: ignore[misc]
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
        if secret.kind == Kind.FILE:
            name = secret.attachment.name  # type: ignore[union-attr]
            return self._erase_kept(secret, by=by, why=why, what=_("“{name}” as it came").format(name=name))
        text, what = secret.opened(), str(Kind(secret.kind).label)
        if len(text) < erasing.SHORTEST:
            return self._erase_kept(secret, by=by, why=why, what=what)
        return self._erase(text, by=by, why=why, what=what, mail_of=[secret.message] if secret.message else [])

    def _erase(self, text: str, *, by: Any, why: str, what: str, mail_of: Any = ()) -> "Erasure":
        case, why = self.instance.lock(), reason(why)
        if text in why:
            raise NoReason
        cases = list(case.read_together())
        if lost := _forget(cases, text):
            what = _("{what}, and {n} sealed with another key").format(what=what, n=lost)
        rows = erasing.erase(cases, text, also_mail_of=mail_of)
        erasure = self._keep(by=by, why=why, what=what, rows=rows, sealed=seal(text, purpose=PURPOSE))
        later("cases.erase_from_files", lock=f"files of case {case.pk}", erasure_id=erasure.pk)
        return erasure

    def _erase_kept(self, secret: Secret, *, by: Any, why: str, what: str) -> "Erasure":
        """A file as it came, or what is too short to look for, and the mail that brought it. What is covered stays so."""
        case, why = self.instance.lock(), reason(why)
        secret.destroy()
        mails = erasing.empty_mails(case.read_together(), of=[secret.message_id or 0])
        return self._keep(by=by, why=why, what=what[:120], rows=1 + mails)

    def _keep(self, *, by: Any, why: str, what: str, rows: int, sealed: str = "") -> "Erasure":
        erasure: Erasure = self.create(what=what, why=why, erased_by=by, rows=rows, sealed=sealed)
        self.instance.record("case.erased", by=by, what=what, why=why, rows=rows)
        return erasure


def _forget(cases: list[Case], text: str) -> int:
    """What was sealed with another key may be it, and goes, too; how many those were."""
    hidden = Secret.objects.filter(case__in=cases).exclude(sealed="").exclude(kind=Kind.FILE)
    known = {secret.pk: secret.known for secret in hidden}
    gone = [pk for pk, value in known.items() if value in ("", text)]
    Secret.objects.filter(pk__in=gone).update(sealed="")
    return [*known.values()].count("")


class Erasure(models.Model):
    """Something taken out of a case for ever, everywhere: what it was in a word, who did it, and why."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="erasures")
    what = models.CharField(max_length=120)
    why = models.CharField(max_length=300)
    rows = models.PositiveIntegerField(default=0)
    sealed = models.TextField(blank=True, help_text=gettext_lazy("What is still looked for in files."))
    erased_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    erased_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ErasureManager()

    class Meta:
        ordering = ["-erased_at", "-pk"]

    @property
    def is_finished(self) -> bool:
        """Whether files were looked through, too."""
        return not self.sealed

    def opened(self) -> str:
        return opened(self.sealed, purpose=PURPOSE)

    def finish(self, *, rows: int) -> None:
        """Files were looked through; the text is forgotten here, too."""
        Erasure.objects.filter(pk=self.pk).update(sealed="", rows=F("rows") + rows)
        live.announce(f"case:{self.case_id}", "secret", audience=Audience.SUPPORT)
