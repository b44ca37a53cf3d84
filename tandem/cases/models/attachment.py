import logging
import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, Sum
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


class Scan(models.TextChoices):
    UNSCANNED = "unscanned", gettext_lazy("not checked for viruses")
    WAITING = "waiting", gettext_lazy("being checked for viruses")
    CLEAN = "clean", gettext_lazy("checked for viruses")
    INFECTED = "infected", gettext_lazy("held back: it is harmful")


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

    def size_of(self, case: Any) -> int:
        """Bytes of all files that are read on a case."""
        return self.filter(message__stands_on=case).aggregate(all=Sum("size"))["all"] or 0


class AttachmentManager(models.Manager.from_queryset(AttachmentQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def keep(self, file: files.Stored) -> "Attachment":
        """message.attachments.keep(files.store(chunks, name="trace.har"))"""
        attachment = self.create(
            name=file.name,
            content_type=file.content_type,
            content_id=file.content_id[:250],
            size=file.size,
            sha256=file.sha256,
            stored_as=file.stored_as,
            scan=Scan.WAITING if settings.CLAMAV else Scan.UNSCANNED,
        )
        attachment.look_at()
        return attachment


class Attachment(models.Model):
    """A file that came with a message. Served only as a download, under a name nobody can guess."""

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
    compared_at = models.DateTimeField(null=True)
    is_damaged = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AttachmentManager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(scan__in=Scan.values), name="attachment_scan_known"),
            models.CheckConstraint(condition=~Q(scan="infected") | ~Q(found=""), name="infected_with_something"),
        ]
        indexes = [models.Index(fields=["id"], name="attachments_waiting", condition=Q(scan="waiting"))]

    @property
    def is_open(self) -> bool:
        """Whether people may have it as it came."""
        return self.scan in (Scan.CLEAN, Scan.UNSCANNED)

    def must_be_open_to(self, actor: Any) -> None:
        """Raises `NotCheckedYet`, but not to whom it comes from; raises `Harmful` to everybody."""
        if self.scan == Scan.INFECTED:
            raise Harmful(_("This file was held back, for it is harmful: {found}.").format(found=self.found))
        if not self.is_open and self.message.author_id != actor.pk:
            raise NotCheckedYet

    def look_at(self) -> None:
        """Have a worker scan it, if somebody scans here; then draw it, if it is a picture."""
        if self.scan == Scan.WAITING:
            later("cases.scan", attachment_id=self.pk)
        elif self.content_type in pictures.DRAWN and not self.previews.exists():
            later("cases.draw", attachment_id=self.pk)

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
