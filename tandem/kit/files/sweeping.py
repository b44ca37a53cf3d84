"""Files that no row names: kept for a while, for the row may be about to commit, then swept away."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from django.apps import apps
from django.db.models import Field

from tandem.kit import clock
from tandem.kit.files import Stored
from tandem.kit.files.fields import StoredAs, StoredFiles
from tandem.kit.files.shelf import Kept, shelf

GRACE = timedelta(days=2)
AT_ONCE = 500
# A bucket may hold what is not ours.
_OURS = re.compile(r"[0-9a-f]{32}(\.new)?")


def sweep() -> int:
    """Let go of all that nobody names; how many that were."""
    swept = 0
    listed = set(_listed())
    for some in _batches(kept for kept in shelf().all() if _is_old(kept)):
        for orphan in set(some) - set(_named(some)) - listed:
            shelf().remove(orphan)
            swept += 1
    return swept


def naming(kind: type[Field]) -> Iterator[Field]:
    """Every field of this kind of any room."""
    for model in apps.get_models():
        yield from (field for field in model._meta.concrete_fields if isinstance(field, kind))


def _is_old(kept: Kept) -> bool:
    return kept.changed_at < clock.now() - GRACE and bool(_OURS.fullmatch(kept.stored_as))


def _batches(kept: Iterable[Kept]) -> Iterator[list[str]]:
    names = (one.stored_as for one in kept)
    while some := list(islice(names, AT_ONCE)):
        yield some


def _named(some: list[str]) -> Iterator[str]:
    for field in naming(StoredAs):
        rows = field.model._base_manager.filter(**{f"{field.name}__in": some})
        yield from rows.values_list(field.name, flat=True)


def _listed() -> Iterator[str]:
    for field in naming(StoredFiles):
        rows = field.model._base_manager.exclude(**{field.name: []})
        for told in rows.values_list(field.name, flat=True).iterator():
            yield from (Stored(*file).stored_as for file in told)
