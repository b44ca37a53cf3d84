"""For what people ask in words of their own: an index or nothing, and never for long."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from tandem.kit.errors import Refused

PATIENCE = 3000  # milliseconds a statement may take
CANCELED = "57014"
FOR_THIS_TRANSACTION = """
    SELECT set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true),
           set_config('statement_timeout', %s, true)
"""


class TooMuchToSearch(Refused):
    """That takes too long to search. One more word, or a rarer one, finds it faster."""

    status = 422


@contextmanager
def bounded(patience: int = 0) -> Iterator[None]:
    """Never read a whole table, never longer than so many milliseconds, else PATIENCE. Raises `TooMuchToSearch`."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(FOR_THIS_TRANSACTION, [str(patience or PATIENCE)])
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == CANCELED:
            raise TooMuchToSearch from error
        raise
