"""The one clock. Only the story and the tests may move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """This moment, with its time zone."""
    return _pretended.get() or real()


def real() -> datetime:
    """This moment whatever the story pretends: for sessions, and for the story itself."""
    return timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be that moment inside the block."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
