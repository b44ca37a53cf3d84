"""Files are searched for secrets by a worker, before anybody gets them."""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from tandem.cases.models.attachment import Attachment, Search
from tandem.kit import clock, files, limited, masking, sealed

log = logging.getLogger(__name__)

AT_ONCE = 200
LATE = timedelta(minutes=10)


def search(attachment: Attachment) -> None:
    """Keep it as it is, or covered with what came beside it, sealed; what cannot be covered is closed. Twice is once.

    Raises `limited.Hindered`: what nobody has looked through waits.
    """
    if not Attachment.objects.to_be_searched().filter(pk=attachment.pk).exists():
        return
    read = partial(files.read, attachment.stored_as)
    try:
        found = masking.find_in_file(read)
        covered = _stored(masking.cover_file(read, found), attachment) if found else None
    except (masking.CannotCover, limited.Stopped):
        _seal(attachment, covered=None, kinds={})
    else:
        if covered:
            _seal(attachment, covered=covered, kinds=Counter(secret.kind for secret in found))
        else:
            attachment.settle(Search.PLAIN)


def search_what_waits() -> None:
    """What was given up on, and what came before anybody searched. Says so when files have waited for long."""
    rows = Attachment.objects.to_be_searched().filter(created_at__lt=clock.now() - LATE)
    if late := rows.filter(search=Search.WAITING).count():
        log.error("%d files wait to be searched for passwords: does the worker of the queue “files” run?", late)
    for attachment in rows.select_related("message__case").order_by("-search", "-pk")[:AT_ONCE]:
        try:
            search(attachment)
        except FileNotFoundError:
            log.error("The file of attachment %s could not be searched for passwords: it is gone.", attachment.key)
        except limited.Hindered as trouble:
            log.warning("The file of attachment %s is searched for passwords later: %s", attachment.key, trouble)


def _seal(attachment: Attachment, *, covered: files.Stored | None, kinds: dict[str, int]) -> None:
    key = sealed.fresh_key()
    original = _stored(sealed.sealed_pieces(files.read(attachment.stored_as), key=key), attachment)
    case = attachment.message.case
    case.secrets.keep_file(attachment, key=key, original=original, covered=covered, kinds=kinds)


def _stored(pieces: Iterator[bytes], attachment: Attachment) -> files.Stored:
    return files.store(pieces, name=attachment.name, is_ours=True)
