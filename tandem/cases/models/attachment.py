import logging
import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, Sum
from django.dispatch import Signal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.models.message import Message
from tandem.kit import clock, files, pictures
from tandem.kit.errors import Refused
from tandem.kit.files.fields import StoredAs
from tandem.kit.later import later
from tandem.people.visibility import VisibleTo

log = logging.getLogger(__name__)


# Sent with `attachment`, in the transaction after which its bytes may be had, are others, or may be had no more.
file_settled = Signal()


class Scan(models.TextChoices):
    UNSCANNED = "unscanned", gettext_lazy("not checked for viruses")
    WAITING = "waiting", gettext_lazy("being checked for viruses")
    CLEAN = "clean", gettext_lazy("checked for viruses")
    INFECTED = "infected", gettext_lazy("held back: it is harmful")


class Search(models.TextChoices):
    """What came of looking for secrets in it. Before anybody looked, files are as open as they were."""

    UNSEARCHED = "unsearched", gettext_lazy("not searched for passwords")
    WAITING = "waiting", gettext_lazy("being searched for passwords")
    PLAIN = "plain", gettext_lazy("no passwords found")
    COVERED = "covered", gettext_lazy("passwords hidden")
    CLOSED = "closed", gettext_lazy("closed: it may hold passwords")
    ERASED = "erased", gettext_lazy("erased")


OPEN = (Search.UNSEARCHED, Search.PLAIN, Search.COVERED)


class NotSearchedYet(Refused):
    """This file is still being searched for passwords and tokens. Try again in a minute."""


class Closed(Refused):
    """This file may hold passwords that cannot be covered. Who works on the case opens it for a reason, under “Hidden and erased”."""

    status = 403


class Erased(Refused):
    """This file was erased everywhere; nobody can have it any more."""

    status = 410


REFUSED: dict[str, type[Refused]] = {Search.WAITING: NotSearchedYet, Search.CLOSED: Closed, Search.ERASED: Erased}


class NotCheckedYet(Refused):
    """This file is still being checked for viruses. Try again in a minute."""


class Harmful(Refused):
    """This file was held back."""

    status = 403


class AttachmentQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        return self.filter(message__in=Message.objects.visible_to(actor))

    def customers_share(self, actor: Any) -> Q:
        return Q(message__in=Message.objects.visible_to(actor))

    def to_be_scanned(self) -> Self:
        return self.filter(scan__in=[Scan.WAITING, Scan.UNSCANNED])

    def to_be_searched(self) -> Self:
        return self.filter(search__in=[Search.WAITING, Search.UNSEARCHED], scan__in=[Scan.CLEAN, Scan.UNSCANNED])

    def size_of(self, case: Any) -> int:
        """Bytes of all files that are read on a case."""
        return self.filter(message__stands_on=case).aggregate(all=Sum("size"))["all"] or 0


class AttachmentManager(models.Manager.from_queryset(AttachmentQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def keep(self, file: files.Stored, *, is_our_word: bool = False) -> "Attachment":
        """message.attachments.keep(files.store(chunks, name="trace.har"))

        Nobody gets it before it was searched for secrets; what we tell the customer is not searched.
        """
        may_hold_text = file.size > 0 and file.content_type not in files.NO_TEXT and not is_our_word
        attachment = self.create(
            name=file.name,
            content_type=file.content_type,
            content_id=file.content_id[:250],
            size=file.size,
            sha256=file.sha256,
            stored_as=file.stored_as,
            scan=Scan.WAITING if settings.CLAMAV else Scan.UNSCANNED,
            search=Search.WAITING if may_hold_text else Search.PLAIN,
        )
        attachment.look_at()
        return attachment


class Attachment(models.Model):
    """A file that came with a message. Served only as a download, under a name nobody can guess.

    Once secrets were found in it `stored_as` is the file with these covered, and `original` what came, sealed; the key
    to it is among `secrets`. What cannot be covered is closed: then both are what came, sealed.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    content_id = models.CharField(
        max_length=250, blank=True, help_text=gettext_lazy("How the HTML of the same mail calls it.")
    )
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = StoredAs(unique=True)
    scan = models.CharField(max_length=16, choices=Scan, default=Scan.UNSCANNED)
    scanned_at = models.DateTimeField(null=True)
    found = models.CharField(max_length=200, blank=True)
    search = models.CharField(max_length=16, choices=Search, default=Search.UNSEARCHED)
    original = StoredAs(unique=True, null=True)
    compared_at = models.DateTimeField(null=True)
    is_damaged = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AttachmentManager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(scan__in=Scan.values), name="attachment_scan_known"),
            models.CheckConstraint(condition=~Q(scan="infected") | ~Q(found=""), name="infected_with_something"),
            models.CheckConstraint(condition=Q(search__in=Search.values), name="attachment_search_known"),
        ]
        indexes = [
            models.Index(fields=["id"], name="attachments_waiting", condition=Q(scan="waiting")),
            models.Index(
                fields=["id"], name="attachments_to_be_searched", condition=Q(search__in=["waiting", "unsearched"])
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether people may have it."""
        return self.scan in (Scan.CLEAN, Scan.UNSCANNED) and self.search in OPEN

    def must_be_open_to(self, actor: Any) -> None:
        """Raises `NotCheckedYet`, but not to whom it comes from; the others to everybody."""
        self.must_be_harmless()
        if refusal := REFUSED.get(self.search):
            raise refusal
        if not self.is_open and self.message.author_id != actor.pk:
            raise NotCheckedYet

    def must_be_harmless(self) -> None:
        """Raises `Harmful`."""
        if self.scan == Scan.INFECTED:
            raise Harmful(_("This file was held back, for it is harmful: {found}.").format(found=self.found))

    def look_at(self) -> None:
        """Have a worker scan it, if somebody scans here; then search it for secrets, or draw it, if it is a picture."""
        if self.scan == Scan.WAITING:
            later("cases.scan", attachment_id=self.pk)
        elif self.search == Search.WAITING:
            later("cases.search_file", attachment_id=self.pk)
        else:
            if self.content_type in pictures.DRAWN and not self.previews.exists():
                later("cases.draw", attachment_id=self.pk)
            file_settled.send(sender=Attachment, attachment=self)

    @transaction.atomic
    def settle(self, search: str, *, shown: files.Stored | None = None, original: str | None = None) -> bool:
        """What came of searching it; `shown` takes the place of what came. False if it is settled, or changed, already."""
        rows = Attachment.objects.select_for_update(of=("self",)).to_be_searched()
        held = rows.filter(pk=self.pk, stored_as=self.stored_as).first()
        if held is None:
            return False
        held.search, held.original = search, original
        held.save(update_fields=["search", "original"])
        if shown:
            held.replace(shown)
        else:
            file_settled.send(sender=Attachment, attachment=held)
        held.message.announce()
        return True

    def forget_original(self, search: str) -> None:
        """What came, sealed, is gone with the commit."""
        if self.original:
            _let_go(self.original)
        self.original, self.search = None, search
        self.save(update_fields=["original", "search"])

    def record(self, past: str, *, by: Any = None, **facts: Any) -> None:
        """A line in the ledger about it, for no more people than may read the message."""
        audience = Audience.RESTRICTED if self.message.audience == Audience.RESTRICTED else Audience.SUPPORT
        self.message.case.record(f"attachment.{past}", by=by, audience=audience, name=self.name, **facts)

    @transaction.atomic
    def replace(self, shown: files.Stored | None) -> None:
        """Show these bytes instead, or nothing any more; what was there is gone with the commit."""
        _let_go(self.stored_as)
        for preview in self.previews.all():
            _let_go(preview.stored_as)
            preview.delete()
        if shown:
            self.stored_as, self.size, self.sha256 = shown.stored_as, shown.size, shown.sha256
        else:
            self.search, self.size, self.sha256 = Search.ERASED, 0, ""
        self.save(update_fields=["stored_as", "size", "sha256", "search"])
        file_settled.send(sender=Attachment, attachment=self)
        self.message.announce()

    @transaction.atomic
    def judge(self, found: str) -> None:
        """What the scanner found, "" for nothing. Said to the people of the case when it is harmful."""
        held = Attachment.objects.select_for_update().to_be_scanned().filter(pk=self.pk).first()
        if held is None:
            return
        held.scan, held.found = (Scan.INFECTED, found[:200]) if found else (Scan.CLEAN, "")
        held.scanned_at = clock.now()
        held.save(update_fields=["scan", "found", "scanned_at"])
        message = held.message
        if found:
            message.case.record("attachment.held_back", audience=message.audience, name=held.name, found=held.found)
        else:
            message.announce()
        held.look_at()

    @transaction.atomic
    def compare(self, *, good: bool) -> None:
        """Note whether it is still what came; said to us, once, when it is not."""
        if not good and not self.is_damaged:
            log.error("The file of attachment %s (%s) is damaged or gone.", self.key, self.stored_as)
            self.message.case.record("attachment.damaged", audience=Audience.SUPPORT, name=self.name)
        Attachment.objects.filter(pk=self.pk).update(is_damaged=not good, compared_at=clock.now())


def _let_go(stored_as: str) -> None:
    transaction.on_commit(lambda: files.shelf().remove(stored_as))
