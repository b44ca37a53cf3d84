"""What search learns from what is there already, a little at a time, in the order it came."""

import logging
from collections.abc import Iterator
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from tandem.cases.audience import Audience
from tandem.cases.models import Attachment, Case, Message
from tandem.kit import limited
from tandem.learn.models import Article
from tandem.recall.models import FileText, Learnt, Word
from tandem.recall.models.word import COMMON

log = logging.getLogger(__name__)

AT_ONCE = 5_000
MOST_AT_ONCE = 100_000
FILES_AT_ONCE = 100
MOST_WORDS = 300_000
MOST_LETTERS = 100_000  # of one text


class Source(NamedTuple):
    """Rows with a text each; what few may read teaches nothing."""

    name: str
    rows: QuerySet
    columns: tuple[str, ...]


def sources() -> Iterator[Source]:
    yield Source("titles", Case.objects.all(), ("title",))
    yield Source("messages", Message.objects.exclude(audience=Audience.RESTRICTED), ("body",))
    yield Source("articles", Article.objects.standing(), ("title", "symptom", "cause", "resolution"))


def learn_words() -> None:
    """Count the words of what came since the last time."""
    for source in sources():
        learnt = 0
        while learnt < MOST_AT_ONCE and (more := _learn_some(source)):
            learnt += more
    _keep_few()


@transaction.atomic
def _learn_some(source: Source) -> int:
    mark, _new = Learnt.objects.select_for_update().get_or_create(source=source.name)
    rows = list(source.rows.filter(pk__gt=mark.upto).order_by("pk").values_list("pk", *source.columns)[:AT_ONCE])
    if rows:
        Word.objects.learn(" ".join(texts)[:MOST_LETTERS] for _pk, *texts in rows)
        mark.upto = rows[-1][0]
        mark.save(update_fields=["upto"])
    return len(rows)


def _keep_few() -> None:
    """What was said once or twice is mostly a slip: it goes first when there are too many words."""
    if Word.objects.count() > MOST_WORDS:
        Word.objects.filter(count__lt=COMMON).delete()


def read_files() -> None:
    """Read files that came before anybody read them, or that were given up on."""
    mark, _new = Learnt.objects.get_or_create(source="files")
    rows = Attachment.objects.filter(pk__gt=mark.upto, file_text=None).order_by("pk")[:FILES_AT_ONCE]
    for attachment in rows:
        try:
            FileText.objects.read(attachment)
        except limited.Stopped as trouble:
            log.info("The file of attachment %s is not found by its words: %s", attachment.key, trouble)
        except limited.Hindered:
            return
        mark.upto = attachment.pk
        mark.save(update_fields=["upto"])
