from collections.abc import Iterator
from functools import partial
from typing import Any, Self

from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction
from django.db.models import Q

from tandem.cases.models import Attachment, Message
from tandem.cases.models.searchable import by_words, words_of
from tandem.kit import clock, file_words, files, pictures
from tandem.people.visibility import VisibleTo


class FileTextQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        return self.filter(attachment__message__in=Message.objects.visible_to(actor))

    def customers_share(self, actor: Any) -> Q:
        return Q(attachment__message__in=Message.objects.visible_to(actor))


class FileTextManager(models.Manager.from_queryset(FileTextQuerySet)):  # type: ignore[misc]
    def read(self, attachment: Attachment) -> None:
        """Keep what can be read in the file, as it is shown now. Raises `limited.Stopped` and `limited.Hindered`."""
        if not may_be_read(attachment):
            return
        text = file_words.covered(partial(_bytes_of, attachment.stored_as))
        with transaction.atomic():
            held = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
            if held.stored_as == attachment.stored_as and may_be_read(held) and text:
                self.update_or_create(attachment=held, defaults={"text": text, "read_at": clock.now()})


class FileText(models.Model):
    """What can be read in a file, so that its words are found; secrets in it are covered. It goes when the file does."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="file_text", primary_key=True)
    text = models.TextField()
    read_at = models.DateTimeField(default=clock.now, editable=False)
    words = models.GeneratedField(expression=words_of("text"), output_field=SearchVectorField(), db_persist=True)

    objects = FileTextManager()

    class Meta:
        indexes = [by_words("file_texts_by_words_newest", "attachment")]


def may_be_read(attachment: Attachment) -> bool:
    return attachment.is_open and attachment.size > 0 and attachment.content_type not in pictures.DRAWN


def _bytes_of(stored_as: str) -> Iterator[bytes]:
    try:
        yield from files.read(stored_as)
    except FileNotFoundError:
        return
