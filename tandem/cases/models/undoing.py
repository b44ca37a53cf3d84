"""What can be undone: an act with `undone_at` and `undone_by`, for thirty days."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models

from tandem.kit import clock
from tandem.kit.errors import Refused
from tandem.people.visibility import VisibleTo

UNDONE_WITHIN = timedelta(days=30)


class UndoneAlready(Refused):
    """This was undone already."""


class TooLateToUndo(Refused):
    """This can be undone for thirty days. Now move the messages that belong elsewhere, or link the cases."""


class UndoableQuerySet(VisibleTo):
    """For colleagues: customers see where their messages are, not who put them there."""

    def standing(self) -> Self:
        return self.filter(undone_at=None)


class Undoable(models.Model):
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        abstract = True

    @property
    def done_at(self) -> datetime:
        raise NotImplementedError

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and clock.now() <= self.done_at + UNDONE_WITHIN

    def note_undone(self, *, by: Any) -> None:
        """Of whoever holds the cases of it. Raises `UndoneAlready`, `TooLateToUndo`."""
        self.refresh_from_db(fields=["undone_at"])
        if self.undone_at:
            raise UndoneAlready
        if not self.can_be_undone:
            raise TooLateToUndo
        self.undone_at, self.undone_by = clock.now(), by
        self.save(update_fields=["undone_at", "undone_by"])
