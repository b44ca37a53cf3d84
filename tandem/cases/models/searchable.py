"""What of a long text is found by its words. Some texts would keep PostgreSQL reading for minutes, others it refuses."""

from django.contrib.postgres.search import SearchVector
from django.db.models import Func, TextField, Value
from django.db.models.functions import Left

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
