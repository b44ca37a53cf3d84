"""What of a long text is found by its words, the newest first. Some texts would keep PostgreSQL reading for minutes, others it
refuses."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Left

from tandem.kit.keys import KEYS

# However short its words, so much of a text stays below the megabyte that one entry may have.
MOST_CHARACTERS = 100_000


def words_of(column: str) -> SearchVector:
    """The beginning of it, without what reads like tags, and nothing longer than 100 characters in one piece.

    For each "<!--" and each "a_" of a long piece its parser looks through all that follows.
    """
    begun = Left(column, MOST_CHARACTERS)
    tagless = Func(begun, Value("<>"), Value("  "), function="translate", output_field=TextField())
    pieces = Func(
        tagless,
        Value(r"(\S{100})"),
        Value(r"\1 "),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    return SearchVector(pieces, config="english")


BATCH = 4096
LARGE = 16 * BATCH
MOST_PENDING = 64  # kB of new rows that wait to be sorted in: each look reads all of them


def batches_of(key: str) -> Func:
    """Which batch of rows it is of, and which large one, as `batches` counts them."""
    template = f"ARRAY[%(expressions)s / {BATCH}, -1 - %(expressions)s / {LARGE}]"
    return Func(F(key), template=template, output_field=KEYS)


def batches(size: int, first: int, last: int) -> list[int]:
    """From the first to the last of that size, both counted from the oldest row; the large ones stand below zero."""
    return [-1 - n if size == LARGE else n for n in range(first, last + 1)]


def by_words(name: str, key: str = "id") -> GinIndex:
    """Finds the rows of some batches that have these words, at a cost that goes by the batches and not by the table.

    An array, because of whole numbers GIN knows nothing without an extension.
    """
    return GinIndex(F("words"), batches_of(key), name=name, gin_pending_list_limit=MOST_PENDING)
