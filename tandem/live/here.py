"""Who has a page about a case open: written down when its stream begins, kept up while it lasts.

It stands in the database alone, and ends there by itself if this process does.
"""

import logging
from collections.abc import Iterable

from django.db import Error

from tandem.cases.audience import Audience
from tandem.live.hub import Stream
from tandem.live.rights import cases_of
from tandem.writing.models import Presence

log = logging.getLogger(__name__)


def come(stream: Stream) -> None:
    if cases := _cases(stream):
        try:
            Presence.objects.come(stream.name, user_id=stream.rights.user, cases=cases)
        except Error:
            log.warning("Who is on a case could not be written down; it is tried again when their page comes back.")


def keep(staying: Iterable[Stream], gone: Iterable[str]) -> None:
    try:
        Presence.objects.stay(stream.name for stream in staying if _cases(stream))
        Presence.objects.go(gone)
        Presence.objects.forget()
    except Error:
        log.warning("Who is on a case could not be kept up; after a while it ends by itself.")


def _cases(stream: Stream) -> frozenset[int]:
    """Of a colleague's page; customers are nobody's company."""
    rights = stream.rights
    return cases_of(rights.topics) or frozenset() if Audience.SUPPORT in rights.audiences else frozenset()
