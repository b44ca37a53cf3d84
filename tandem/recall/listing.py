"""Words of the text, for lists of cases that are asked for in the query language."""

from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Message
from tandem.kit.bounded import bounded
from tandem.kit.keys import one_of
from tandem.recall.calling import number_in, numbered
from tandem.recall.candidates import newest, newest_matching, query_of

MOST_LISTED, MANY = 20_000, 3_000
OFTEN = 300  # One row in so many matches: of four that a case has, a list comes past enough of them within a tenth of a second.


def has(words: str, actor: Any) -> Q:
    """The same of one case that is at hand: nothing is looked up among all. What is restricted, it passes over for everybody."""
    words = words.replace("\x00", " ")
    query, number = query_of(words), number_in(words)
    said = Message.objects.exclude(audience=Audience.RESTRICTED).filter(words=query, stands_on=OuterRef("pk"))
    return Q(Exists(said.order_by())) | Q(words=query) | (Q(number=number) if number else Q(pk__in=[]))


def having(words: str, actor: Any) -> Q:
    """Cases with these words in their title or in one message, for lists; and the case with that number.

    Rare words are looked up by the index over words. Of common ones that would be too many: there each case the list comes
    past is asked whether it has them.
    """
    words = words.replace("\x00", " ")
    query, of_number = query_of(words), numbered(words, actor)
    titles, said = Case.objects.visible_to(actor), Message.objects.visible_to(actor)
    with bounded():
        if (cases := _lately(titles, query)) is None or (messages := _lately(said, query)) is None:
            here = any_of(said.filter(words=query, stands_on=OuterRef("pk")))
            return Q(here) | Q(words=query) | Q(pk__in=[of_number.pk] if of_number else [])
        on = Message.objects.filter(one_of(messages)).order_by().values_list("stands_on_id", flat=True).distinct()
        return one_of({*cases, *on} | ({of_number.pk} if of_number else set()))


def _lately(rows: Any, query: Any) -> list[int] | None:
    """The keys of all that match, None if those are too many. What a list comes past often enough anyway is not looked up."""
    last = newest(rows.model)
    keys = newest_matching(rows, query, most=MANY, upto=last)
    if len(keys) < MANY:
        return keys
    if last - keys[-1] < OFTEN * MANY:
        return None
    keys += newest_matching(rows, query, most=MOST_LISTED - MANY, upto=keys[-1] - 1)
    return keys if len(keys) < MOST_LISTED else None


def any_of(rows: Any) -> Coalesce:
    """Whether there is one, asked of each case the list comes past. Of `Exists` PostgreSQL may look up all there are at once."""
    one = Subquery(rows.order_by().annotate(yes=Value(True)).values("yes")[:1])
    return Coalesce(one, False, output_field=BooleanField())
