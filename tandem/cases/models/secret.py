from collections.abc import Iterator
from itertools import islice
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.models.attachment import Attachment, Search
from tandem.cases.models.case import Case
from tandem.cases.models.message import Message
from tandem.cases.privacy.covering import Kind, covered_within
from tandem.kit import clock, masking, sealed
from tandem.kit.errors import Invalid, Refused
from tandem.kit.files import Stored, read, store
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

PURPOSE = "secret of a case"
MOST_KEPT = 1_000  # at once; nobody would look through more, and all of them are covered


class NoReason(Invalid):
    """Say why, in a few words and without the secret itself: the history of the case keeps them."""


class ErasedAlready(Refused):
    """This secret was erased everywhere; nobody can see it any more."""


class IsAFile(Invalid):
    """This is a file: ask for the file, not for its words."""


class NothingCovered(Refused):
    """There is no covered file here to give back: only files are uncovered."""


class SecretQuerySet(VisibleTo):
    def of_files(self) -> Self:
        """Files as they came that can still be seen for a reason."""
        return self.filter(kind=Kind.FILE).exclude(sealed="")

    def of_mail(self, message: Message) -> Self:
        """Whatever the mail that became this message has in the clear."""
        whole = Q(case=message.case, message=None, attachment=None)
        return self.filter(whole | Q(message=message)).exclude(sealed="")

    def show_with_mail(self, *, to: Any, why: str) -> None:
        """The mail as it came has all of them in the clear: each is noted as seen. Raises `NoReason`."""
        why = reason(why)
        Disclosure.objects.bulk_create(
            Disclosure(secret_id=pk, shown_to=to, why=why) for pk in self.values_list("pk", flat=True)
        )

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
                kept.pop(row.known, None)
        rows = self.bulk_create(
            Secret(case=self.instance, kind=kind, sealed=sealed.seal(value, purpose=PURPOSE), **where)
            for value, kind in islice(kept.items(), MOST_KEPT)
        )
        if rows:
            kinds = ", ".join(dict.fromkeys(Kind(row.kind).value for row in rows))
            self.instance.record("secret.hidden", kinds=kinds, count=len(rows))

    @transaction.atomic
    def keep_file(
        self, attachment: Attachment, *, key: str, original: Stored, covered: Stored | None, kinds: dict[str, int]
    ) -> None:
        """case.secrets.keep_file(attachment, key=…, original=sealed, covered=copy, kinds={"cookie": 3})

        From now on people get the covered copy; without one nothing, but for a reason.
        """
        search, shown = (Search.COVERED, covered) if covered else (Search.CLOSED, original)
        if not attachment.settle(search, shown=shown, original=original.stored_as):
            return
        self.create(
            message=attachment.message,
            attachment=attachment,
            kind=Kind.FILE,
            sealed=sealed.seal(key, purpose=PURPOSE),
            kinds=dict(kinds),
        )
        attachment.record(search, kinds=", ".join(kinds), count=sum(kinds.values()))


class Secret(models.Model):
    """A password, token or key somebody wrote or sent: covered where it stood, seen again only with a reason."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="secrets")
    message = models.ForeignKey(Message, models.PROTECT, related_name="secrets", null=True)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="secrets", null=True)
    kind = models.CharField(max_length=16, choices=Kind)
    sealed = models.TextField(blank=True, help_text=_("Of a file its key. Empty when it was erased, or uncovered."))
    kinds = models.JSONField(default=dict, help_text=_("Of a file how many secrets of which kind were found in it."))
    uncovered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    uncovered_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(default=clock.now, editable=False)

    objects = SecretManager()

    class Meta:
        ordering = ["hidden_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="secret_kind_known"),
            models.CheckConstraint(condition=~Q(kind="file") | Q(attachment__isnull=False), name="hidden_file_has_one"),
        ]

    @property
    def is_erased(self) -> bool:
        return not self.sealed and not self.uncovered_at

    @property
    def is_file(self) -> bool:
        return self.kind == Kind.FILE

    @property
    def inside(self) -> str:
        """What was found in a file: “3 × cookie, 1 × access token”."""
        return ", ".join(f"{n} × {Kind(kind).label}" for kind, n in self.kinds.items())

    @transaction.atomic
    def show(self, *, to: Any, why: str) -> str:
        """The secret itself, and a line in the ledger that says who saw it and why. Raises `NoReason`, `ErasedAlready`."""
        if self.is_file:
            raise IsAFile
        why = self._disclose(to, why)
        self.case.record("secret.shown", by=to, kind=self.kind, why=why)
        return self.opened()

    @transaction.atomic
    def show_file(self, *, to: Any, why: str) -> Iterator[bytes]:
        """The file as it came, and a line in the ledger. Raises `NoReason`, `ErasedAlready`, `Harmful`."""
        self._file.must_be_harmless()
        why = self._disclose(to, why)
        self._file.record("shown", by=to, why=why)
        return self.pieces()

    @transaction.atomic
    def uncover(self, *, by: Any) -> None:
        """What was found in this file is no secret: everybody who reads the message gets it as it came, again.

        Raises `NothingCovered`, `ErasedAlready`, `Harmful`.
        """
        by.must_be_able_to(Can.STEER)
        held = Secret.objects.select_for_update().get(pk=self.pk)
        if not held.is_file or held.uncovered_at:
            raise NothingCovered
        if held.is_erased:
            raise ErasedAlready
        file = self._file
        file.must_be_harmless()
        as_it_came = store(self.pieces(), name=file.name, is_ours=True)
        self.sealed, self.uncovered_by, self.uncovered_at = "", by, clock.now()
        self.save(update_fields=["sealed", "uncovered_by", "uncovered_at"])
        file.forget_original(Search.PLAIN)
        file.replace(as_it_came)
        file.record("uncovered", by=by)

    @transaction.atomic
    def destroy(self) -> None:
        """Nobody ever sees it, or gets the file as it came; what is shown of it stays as covered as it is."""
        self.sealed = ""
        self.save(update_fields=["sealed"])
        if not self.is_file:
            return
        file = self._file
        is_closed = file.search == Search.CLOSED
        file.forget_original(Search.ERASED if is_closed else file.search)
        if is_closed:
            file.replace(None)

    def opened(self) -> str:
        """For what is not shown to anybody: comparing, erasing."""
        return sealed.opened(self.sealed, purpose=PURPOSE)

    @property
    def known(self) -> str:
        """The same for comparing; "", unlike any other, if it was sealed with another key."""
        try:
            return self.opened()
        except sealed.CannotOpen:
            return ""

    def pieces(self) -> Iterator[bytes]:
        """A file as it came."""
        return sealed.opened_pieces(read(self._file.original or ""), key=self.opened())

    @property
    def _file(self) -> Attachment:
        assert self.attachment  # the database sees to it, of what is a file
        return self.attachment

    def _disclose(self, to: Any, why: str) -> str:
        why = reason(why)
        if not self.sealed:
            raise ErasedAlready
        self.disclosures.create(shown_to=to, why=why)
        return why


def reason(why: str) -> str:
    """Tidied. Raises `NoReason`."""
    why = " ".join(why.split())
    if not 3 < len(why) <= 300:
        raise NoReason
    return why


class Disclosure(models.Model):
    """Who saw a secret, and why."""

    secret = models.ForeignKey(Secret, models.PROTECT, related_name="disclosures")
    shown_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shown_at = models.DateTimeField(default=clock.now, editable=False)
    why = models.CharField(max_length=300)

    class Meta:
        ordering = ["-shown_at", "-pk"]
