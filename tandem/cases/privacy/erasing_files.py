"""A text taken out of the files and the HTML of some cases, by a worker: they may be many, and rest elsewhere."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import models, transaction

from tandem.cases.models.attachment import Attachment, Search
from tandem.cases.models.case import Case
from tandem.cases.models.erasure import Erasure
from tandem.cases.privacy import erasing
from tandem.kit import clock, file_words, files, limited, masking
from tandem.kit.files.fields import StoredFiles
from tandem.kit.masking.wiping import Place, place_of, without
from tandem.kit.sealed import CannotOpen

log = logging.getLogger(__name__)

LATE = timedelta(hours=1)


def erase(erasure: Erasure) -> None:
    """Finish what the erasure began. Running it twice, or half and then whole, erases once."""
    if not erasure.sealed:
        return
    text, cases = erasure.opened(), list(erasure.case.read_together())
    with transaction.atomic():
        late = erasing.erase(cases, text)  # what was being written of it while it was erased
    changed = [attachment for attachment in _on(Attachment, cases) if _erase_from(attachment.pk, text)]
    planned = sum(_erase_listed(row, field.name, text) for field, row in _listing_files(cases))
    laid_out = erasing.messages_that_show(cases, text)
    mails = laid_out | {attachment.message_id for attachment in changed}
    emptied = erasing.empty_mails(cases, of=mails, where=partial(_stands_in_mail, text))
    erasing.give_up_html(laid_out)
    erasure.finish(rows=late + len(changed) + planned + emptied + len(laid_out))


def erase_what_waits() -> None:
    """What was given up on. Says so: a text that somebody erased still stands in files."""
    rows = Erasure.objects.unfinished().filter(erased_at__lt=clock.now() - LATE)
    if late := rows.count():
        log.error("%d erasures are not finished after an hour: what they erase may still stand in files.", late)
    for erasure in rows.select_related("case"):
        try:
            erase(erasure)
        except Exception:
            log.exception("Erasure %s on case %s could not be finished.", erasure.pk, erasure.case.number)


@transaction.atomic
def _erase_from(pk: int, text: str) -> bool:
    """Whether it stood there. What came, sealed, is destroyed as a whole; what is shown is written anew."""
    attachment, stood = Attachment.objects.select_for_update().get(pk=pk), False
    for secret in attachment.secrets.of_files():
        if _place(text, secret.pieces) != Place.NOWHERE:
            secret.destroy()
            stood = True
    attachment.refresh_from_db()
    if attachment.search in (Search.CLOSED, Search.ERASED):
        return stood
    fresh = _anew(attachment.stored_as, attachment.name, text)
    if fresh is not Unchanged:
        attachment.replace(fresh)
    return stood or fresh is not Unchanged


class Unchanged:
    """The text stands nowhere in that file."""


def _anew(stored_as: str, name: str, text: str) -> Any:
    """The file without the text; None if nothing of it may stay; `Unchanged`."""
    read = partial(files.read, stored_as)
    match _place(text, read):
        case Place.NOWHERE:
            return Unchanged
        case Place.PLAINLY:
            return files.store(without(text, read(), sign=erasing.SIGN), name=name, is_ours=True)
    return None


@transaction.atomic
def _erase_listed(row: Any, name: str, text: str) -> bool:
    """The same for files that wait for something to be said with them."""
    held = type(row)._base_manager.select_for_update().get(pk=row.pk)
    told = [files.Stored(*file) for file in getattr(held, name)]
    anew = [(file, _anew(file.stored_as, file.name, text)) for file in told]
    gone = [file.stored_as for file, fresh in anew if fresh is not Unchanged]
    kept = [file if fresh is Unchanged else fresh for file, fresh in anew]
    if gone:
        setattr(held, name, [file for file in kept if file])
        held.save(update_fields=[name])
        for stored_as in gone:
            transaction.on_commit(partial(files.shelf().remove, stored_as))
    return bool(gone)


def _listing_files(cases: list[Case]) -> Iterator[tuple[models.Field, Any]]:
    for model in erasing.models_of_a_case():
        for field in model._meta.concrete_fields:
            if isinstance(field, StoredFiles):
                yield from ((field, row) for row in _on(model, cases).exclude(**{field.name: []}))


def _on(model: type[models.Model], cases: list[Case]) -> Any:
    return erasing.on_cases(model, [case.pk for case in cases]).distinct()


def _place(text: str, read: Callable[[], Iterator[bytes]]) -> Place:
    """What nobody can look into may have it within. Raises `limited.Hindered` when nobody came to its end."""
    try:
        place = place_of(text, read)
        return Place.WITHIN if place == Place.NOWHERE and file_words.stand_within(read, text) else place
    except FileNotFoundError:
        return Place.NOWHERE
    except (limited.Stopped, CannotOpen):
        return Place.WITHIN


def _stands_in_mail(text: str, mail: bytes) -> bool:
    try:
        return masking.stands_within(lambda: iter([mail]), text)
    except limited.Stopped:
        return True
