"""Words of the text, for lists of cases that are asked for in the query language."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Message
from tandem.kit.bounded import bounded
from tandem.kit.keys import one_of
from tandem.recall.calling import number_in, numbered
from tandem.recall.candidates import newest, newest_matching, query_of

MOST_LISTED = 3_000


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
        cases = newest_matching(titles, query, most=MOST_LISTED, upto=newest(Case))
        messages = newest_matching(said, query, most=MOST_LISTED, upto=newest(Message))
        on = Message.objects.filter(one_of(messages)).order_by().values_list("stands_on_id", flat=True).distinct()
        found = {*cases, *on} | ({of_number.pk} if of_number else set())
    if max(len(cases), len(messages)) < MOST_LISTED:
        return one_of(found)
    here = Exists(said.filter(words=query, stands_on=OuterRef("pk")))
    return Q(here) | Q(words=query) | Q(pk__in=[of_number.pk] if of_number else [])
