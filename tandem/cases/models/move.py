from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tandem.cases.audience import Audience
from tandem.cases.models.case import Case
from tandem.cases.models.holding import hold, same_customer
from tandem.cases.models.message import Message
from tandem.cases.models.participant import Participant
from tandem.cases.models.undoing import Undoable, UndoableQuerySet
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused


class NothingToMove(Invalid):
    """Choose the messages to move. Those chosen are not on this case, or not any more."""


class NotThere(Refused):
    """Messages are moved to another case that is open. Open that one first, or open a new case with them."""


class NotTheirCase(Refused):
    """A customer's words go only to a case they take part in, and ours only to a case of the same customer."""


class SplitsNothing(Refused):
    """A case of its own takes some of the messages. All of them would leave this one empty: rename it instead."""


class NobodyToReport(Invalid):
    """Say for which customer the new case is, by their address: no customer we know wrote these messages."""


class MoveQuerySet(UndoableQuerySet):
    def between(self, case: Case) -> Self:
        """From this case and to it, with what a list shows, `n` messages each."""
        rows = self.filter(Q(case=case) | Q(to=case)).select_related("case", "to", "moved_by")
        return rows.annotate(n=Count("messages"))


class MoveManager(models.Manager.from_queryset(MoveQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def move(self, messages: Iterable[Message], *, to: Case, by: Any) -> "Move":
        """case.moves.move([message], to=other, by=sam): they are read there from now on, with their files.

        If the other is merged, where that is read. No customer comes to read another's word by it.
        Raises `NothingToMove`, `NotThere`, `NotTheirCase`.
        """
        case = self.instance
        hold(case, to)
        to = to.read_on
        chosen = _chosen(messages, case, by)
        if to == case.read_on or not to.is_open:
            raise NotThere
        _must_be_theirs(chosen, case, to)
        return self._make(chosen, case, to, by=by)

    @transaction.atomic
    def split(self, messages: Iterable[Message], *, by: Any, title: str = "", reporter: Any = None) -> "Move":
        """case.moves.split([message], by=sam, title="A second topic"): a new case with them, `move.to`.

        It is for the customer who wrote the first of them, unless another contact is told. Raises what `move` does, and
        `NobodyToReport`, `SplitsNothing`.
        """
        case = self.instance
        hold(case)
        chosen = _chosen(messages, case, by)
        if not Message.objects.of(case).exclude(pk__in=[message.pk for message in chosen]).exists():
            raise SplitsNothing
        reporter = reporter or _author_of(chosen)
        opened = Case.objects.open_for(
            reporter, title=title or _first_line(chosen), by=by, environment=_environment(reporter, case)
        )
        _must_be_theirs(chosen, case, opened)
        return self._make(chosen, case, opened, by=by, has_opened=True)

    def take_along(self, participant: Participant, *, to: Case, since: datetime, by: Any) -> None:
        """Whoever leaves a case takes what they wrote there since then to another of theirs."""
        case = participant.case
        theirs = Message.objects.filter(stands_on=case, author=participant.user, created_at__gte=since)
        if chosen := list(theirs.order_by("pk")):
            case.moves._make(chosen, case, to, by=by)

    def _make(self, chosen: list[Message], case: Case, to: Case, *, by: Any, has_opened: bool = False) -> "Move":
        move = self.create(to=to, moved_by=by, has_opened=has_opened)
        move.messages.set(chosen)
        move.project()
        told: dict[str, Any] = {"move": move.pk, "n": len(chosen), "messages": [message.pk for message in chosen]}
        case.record("message.moved", by=by, see=to.number, **told)
        to.record("message.came", by=by, see=case.number, **told)
        return move


def _chosen(messages: Iterable[Message], case: Case, by: Any) -> list[Message]:
    """As they stand now, of those this person reads on the case."""
    keys = {message.pk for message in messages}
    found = list(Message.objects.visible_to(by).of(case).filter(pk__in=keys).select_related("author__contact"))
    if not keys or len(found) < len(keys):
        raise NothingToMove
    return found


def _must_be_theirs(chosen: list[Message], case: Case, to: Case) -> None:
    """What customers read must not come before the eyes of others; notes of ours are ours everywhere."""
    said = [message for message in chosen if message.audience == Audience.CUSTOMER]
    authors = {message.author_id for message in said if message.author and message.author.is_customer}
    there = {*to.participants.standing().filter(user__in=authors).values_list("user", flat=True)}
    ours = any(not (message.author and message.author.is_customer) for message in said)
    if authors - there or (ours and not same_customer(case, to)):
        raise NotTheirCase


def _author_of(chosen: list[Message]) -> Any:
    for message in chosen:
        if message.author and message.author.is_customer:
            return message.author
    raise NobodyToReport


def _first_line(chosen: list[Message]) -> str:
    return next(iter(chosen[0].body.strip().splitlines()), "")


def _environment(reporter: Any, case: Case) -> Any:
    """A second topic is first believed to be of the same installation, if it is of the same account."""
    contact = getattr(reporter, "contact", None)
    return case.environment if contact and contact.account_id == case.account_id else None


class Move(Undoable):
    """Messages read on another case than before. They stay where they were written; only the reading changes."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="moves")
    to = models.ForeignKey(Case, models.PROTECT, related_name="moves_in")
    messages = models.ManyToManyField(Message, related_name="+")
    has_opened = models.BooleanField(default=False, help_text="The other case was opened for them: a split.")
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    moved_at = models.DateTimeField(default=clock.now, editable=False)

    objects = MoveManager()

    class Meta:
        ordering = ["-moved_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(case=F("to")), name="move_between_two")]

    @property
    def done_at(self) -> datetime:
        return self.moved_at

    @transaction.atomic
    def undo(self, *, by: Any) -> None:
        """They are read where they were before, unless a later move holds them. Raises `UndoneAlready`, `TooLateToUndo`.

        A case that was opened for them is read on the first from now on: nothing written there since is lost.
        """
        hold(self.case, self.to)
        self.note_undone(by=by)
        self.project()
        told: dict[str, Any] = {"move": self.pk, "n": self.messages.count()}
        self.to.record("message.went_back", by=by, see=self.case.number, **told)
        self.case.record("message.came_back", by=by, see=self.to.number, **told)
        if self.has_opened:
            self._join_back(by=by)

    def _join_back(self, *, by: Any) -> None:
        """Unless somebody would come to read the first case by it, or it is further on its road: then it stays."""
        here = self.case.read_on.participants.standing().values("user")
        if not self.to.participants.standing().exclude(user__in=here).exists():
            with suppress(Refused):
                self.to.merges.join_to(self.case, by=by)

    def project(self) -> None:
        """Say of each message where it stands: where the newest standing move put it, else where it was written."""
        newest = Move.objects.standing().filter(messages=OuterRef("pk")).order_by("-pk").values("to")[:1]
        self.messages.update(stands_on=Coalesce(Subquery(newest), F("case")))
