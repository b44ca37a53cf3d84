"""What is found by its words follows what people may read."""

from typing import Any

from django.dispatch import receiver

from tandem.cases.models.attachment import Attachment, file_settled
from tandem.cases.privacy.erasing import erased
from tandem.kit.later import later
from tandem.recall.models import FileText, Word
from tandem.recall.models.file_text import may_be_read


@receiver(file_settled)
def _read_anew(attachment: Attachment, **told: Any) -> None:
    FileText.objects.filter(attachment=attachment).delete()
    if may_be_read(attachment):
        later("recall.read_file", attachment_id=attachment.pk)


@receiver(erased)
def _forget_words(text: str, **told: Any) -> None:
    """Of a text that was erased no word stays alone either; common ones are soon learnt again."""
    Word.objects.forget(text)
