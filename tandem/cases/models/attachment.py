import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q

from tandem.cases.models.message import Message
from tandem.kit import clock, files
from tandem.people.visibility import VisibleTo


class AttachmentQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        return self.filter(message__in=Message.objects.visible_to(actor))

    def customers_share(self, actor: Any) -> Q:
        return Q(message__in=Message.objects.visible_to(actor))


class AttachmentManager(models.Manager.from_queryset(AttachmentQuerySet)):  # type: ignore[misc]
    def keep(self, file: files.Stored) -> "Attachment":
        """message.attachments.keep(files.store(chunks, name="trace.har"))"""
        return self.create(
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            stored_as=file.stored_as,
        )


class Attachment(models.Model):
    """A file that came with a message. Served only as a download, under a name nobody can guess."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AttachmentManager()

    class Meta:
        ordering = ["pk"]
