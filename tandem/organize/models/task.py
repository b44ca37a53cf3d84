from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases import ledger
from tandem.cases.models import Case
from tandem.cases.sentences import say
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.later import later
from tandem.kit.text import readable
from tandem.organize.models.task_list import Line, TaskList
from tandem.people.called import called
from tandem.people.visibility import VisibleTo

say("task.added", gettext_lazy("To do: {text}"), in_general=gettext_lazy("A task was added"))
say(
    "task.list_added",
    gettext_lazy("To do, from “{name}”: {n} tasks"),
    in_general=gettext_lazy("A list of tasks was added"),
)
say("task.done", gettext_lazy("Done: {text}"), in_general=gettext_lazy("A task is done"))
say("task.reopened", gettext_lazy("To do again: {text}"), in_general=gettext_lazy("A task is to be done again"))
say(
    "task.dropped",
    gettext_lazy("Not to be done any more: {text}"),
    in_general=gettext_lazy("A task is not to be done any more"),
)
say("task.came_due", gettext_lazy("Due now: {text}"), in_general=gettext_lazy("A task is due now"))

say(
    "task.given",
    lambda facts: _("“{text}” is for {whom}") if facts.get("whom") else _("“{text}” is for nobody yet"),
    in_general=gettext_lazy("A task is for somebody else"),
)
say("task.reworded", gettext_lazy("To do: {text}, in place of: {was}"), in_general=gettext_lazy("A task was reworded"))
say("task.moved", gettext_lazy("“{text}” comes earlier"), in_general=gettext_lazy("A task comes earlier"))

LONGEST, MOST = 300, 200


class NothingToDo(Invalid):
    """Say what is to be done, in at most 300 characters."""


class NotOneOfUs(Invalid):
    """A task is for one of us, or for nobody yet."""


class TooManyTasks(Refused):
    """A case holds at most 200 open tasks."""


class SettledAlready(Refused):
    """This task was done or dropped already."""


class StillOpen(Refused):
    """This task is open."""


class TaskQuerySet(VisibleTo):
    """For colleagues: how we organize our work is nothing to tell a customer."""

    def open(self) -> Self:
        return self.filter(done_at=None, dropped_at=None)

    def late(self) -> Self:
        return self.open().filter(due_at__lt=clock.now())


class TaskManager(models.Manager.from_queryset(TaskQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def plan(
        self, text: str, *, by: Any, whom: Any = None, due_at: datetime | None = None, must: bool = False
    ) -> "Task":
        """case.tasks.plan("Check the backup", by=sam, whom=erin): `must`: before the case is closed.

        Raises `NothingToDo`, `NotOneOfUs`, `TooManyTasks`.
        """
        self.instance.lock()
        task = self._keep(text, by=by, whom=whom, due_at=due_at, must=must)
        task._record("added", by=by, whom=whom and whom.name)
        return task

    @transaction.atomic
    def plan_list(self, tasks: TaskList, *, by: Any) -> list["Task"]:
        """case.tasks.plan_list(checklist, by=sam): all of it, in its order."""
        self.instance.lock()
        lines = tasks.lines
        people = called({line.whom for line in lines} - {""})
        kept = [self._keep_line(line, people.get(line.whom), by=by, from_list=tasks) for line in lines]
        self.instance.record("task.list_added", by=by, name=tasks.name, n=len(kept), tasks=[task.pk for task in kept])
        for task in kept:
            if task.whom:
                task.record_given(by=by)
        return kept

    def _keep_line(self, line: Line, whom: Any, **told: Any) -> "Task":
        """Whoever was called and is here no more stays in the words, of which the last give way."""
        called_in_vain = f" @{line.whom}" if line.whom and not whom else ""
        text = line.text[: LONGEST - len(called_in_vain)] + called_in_vain
        due_at = clock.now() + timedelta(days=line.days) if line.days is not None else None
        return self._keep(text, whom=whom, must=line.must, due_at=due_at, **told)

    def _keep(self, text: str, *, whom: Any = None, by: Any, **told: Any) -> "Task":
        text = _tidy(self.instance, text)
        if whom and not whom.is_colleague:
            raise NotOneOfUs
        if self.open().count() >= MOST:
            raise TooManyTasks
        place = (self.aggregate(last=Max("place"))["last"] or 0) + 1
        task: Task = self.create(text=text, whom=whom, added_by=by, place=place, **told)
        task.watch_due()
        return task


def _tidy(case: Case, text: str) -> str:
    text = case.secrets.cover(" ".join(readable(text).split()))
    if not text or len(text) > LONGEST:
        raise NothingToDo
    return text


class Task(models.Model):
    """Something to be done on a case, for somebody or for whoever comes first."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks")
    text = models.CharField(max_length=LONGEST)
    whom = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks_for", null=True)
    due_at = models.DateTimeField(null=True)
    must = models.BooleanField(default=False, help_text="The case is not closed before.")
    place = models.PositiveIntegerField()
    from_list = models.ForeignKey(TaskList, models.PROTECT, related_name="tasks_of_list", null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    added_at = models.DateTimeField(default=clock.now, editable=False)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    done_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    dropped_at = models.DateTimeField(null=True)

    objects = TaskManager()

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(dropped_at=None), name="task_done_or_dropped"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False), name="an_open_task_nobody_did"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "place"], name="tasks_of_case"),
            models.Index(fields=["whom", "due_at"], name="tasks_by_person", condition=Q(done_at=None, dropped_at=None)),
            models.Index(fields=["due_at", "case"], name="tasks_by_time", condition=Q(done_at=None, dropped_at=None)),
            models.Index(fields=["case"], name="tasks_to_do", condition=Q(done_at=None, dropped_at=None)),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < clock.now()

    @transaction.atomic
    def finish(self, *, by: Any) -> None:
        """Raises `SettledAlready`."""
        self._hold(is_open=True)
        self.done_by, self.done_at = by, clock.now()
        self.save(update_fields=["done_by", "done_at"])
        self._record("done", by=by)

    @transaction.atomic
    def drop(self, *, by: Any) -> None:
        """It need not be done after all. Raises `SettledAlready`."""
        self._hold(is_open=True)
        self.dropped_by, self.dropped_at = by, clock.now()
        self.save(update_fields=["dropped_by", "dropped_at"])
        self._record("dropped", by=by)

    @transaction.atomic
    def reopen(self, *, by: Any) -> None:
        """It was not done, or is to be done after all. Raises `StillOpen`."""
        self._hold(is_open=False)
        self.done_by = self.done_at = self.dropped_by = self.dropped_at = None
        self.save(update_fields=["done_by", "done_at", "dropped_by", "dropped_at"])
        self._record("reopened", by=by)

    @transaction.atomic
    def give(self, *, by: Any, whom: Any, due_at: datetime | None) -> None:
        """For somebody else, by another time. Raises `SettledAlready`, `NotOneOfUs`."""
        self._hold(is_open=True)
        if whom and not whom.is_colleague:
            raise NotOneOfUs
        is_at_another_time = due_at != self.due_at
        self.whom, self.due_at = whom, due_at
        self.save(update_fields=["whom", "due_at"])
        if is_at_another_time:
            self.watch_due()
        self.record_given(by=by)

    @transaction.atomic
    def change(self, *, by: Any, text: str, whom: Any, due_at: datetime | None) -> None:
        """In other words, for somebody else, by another time: what stays as it is is not said. As `give`; `NothingToDo`."""
        self.reword(text, by=by)
        if (whom and whom.pk, due_at) != (self.whom_id, self.due_at):
            self.give(by=by, whom=whom, due_at=due_at)

    @transaction.atomic
    def reword(self, text: str, *, by: Any) -> None:
        """The same task in other words. Raises `SettledAlready`, `NothingToDo`."""
        self._hold(is_open=True)
        was, self.text = self.text, _tidy(self.case, text)
        if self.text != was:
            self.save(update_fields=["text"])
            self._record("reworded", by=by, was=was)

    @transaction.atomic
    def move_up(self, *, by: Any) -> None:
        """Before the one above it."""
        self.case.lock()
        above = self.case.tasks.open().filter(place__lt=self.place).order_by("-place").first()
        if above:
            self.place, above.place = above.place, self.place
            Task.objects.bulk_update([self, above], ["place"])
            self._record("moved", by=by)

    def watch_due(self) -> None:
        if self.due_at and self.due_at > clock.now():
            later("organize.task_due", at=self.due_at, task_id=self.pk, due_at=self.due_at.isoformat())

    @transaction.atomic
    def come_due(self) -> None:
        """Its time has come, and nobody did it. Of what is for nobody yet an owner of the case hears."""
        self.case.lock()
        if self.due_at and self.due_at <= clock.now():
            hears = self.whom_id or self.case.customer_owner_id or self.case.technical_owner_id
            told = [hears] if hears else []
            with ledger.because_of(self.case, "task.added", task=self.pk):
                self._record("came_due", by=None, due_at=self.due_at.isoformat(), told=told)

    def _hold(self, *, is_open: bool) -> None:
        self.case.lock()
        self.refresh_from_db(fields=["done_at", "dropped_at", "place", "text", "whom", "due_at"])
        if self.is_open != is_open:
            raise SettledAlready if is_open else StillOpen

    def record_given(self, *, by: Any) -> None:
        self._record("given", by=by, whom=self.whom and self.whom.name, due_at=self.due_at and self.due_at.isoformat())

    def _record(self, past: str, *, by: Any, **facts: Any) -> None:
        self.case.record(f"task.{past}", by=by, task=self.pk, text=self.text, **facts)
