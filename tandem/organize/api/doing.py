from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Schema, Status

from tandem.cases.api import find_case
from tandem.kit.errors import Invalid
from tandem.organize.api.reading import router
from tandem.organize.models import Task, TaskList
from tandem.people.models import User
from tandem.people.roles import Can


class TaskIn(Schema):
    """`whom` by address; `must`: before the case is closed."""

    text: str = Field(max_length=300)
    whom: str = ""
    due_at: datetime | None = None
    must: bool = False


class GivenIn(Schema):
    """Without `text` its words stay as they are."""

    text: str | None = Field(None, max_length=300)
    whom: str = ""
    due_at: datetime | None = None


class TaskOut(Schema):
    id: int
    text: str
    whom: str | None
    due_at: datetime | None
    must: bool
    done_at: datetime | None
    dropped_at: datetime | None

    @staticmethod
    def resolve_whom(task: Task) -> str | None:
        return task.whom.email if task.whom else None


class TaskListIn(Schema):
    """A line of `body` is a task: “!” before it means before closing; behind it “+2d” means due within two days, “@erin” for her.

    One is called only behind two words or more: “Ask @erin” stays as it is.
    """

    name: str = Field(max_length=80)
    body: str = Field(max_length=20_000)


class TaskListOut(TaskListIn):
    id: int


class ListNamed(Schema):
    name: str


@router.get("/cases/{number}/tasks", response=list[TaskOut], operation_id="list_tasks")
def tasks(request: HttpRequest, number: int) -> list[Task]:
    case = find_case(request, number, needs=Can.WORK)
    return list(Task.objects.visible_to(request.user).filter(case=case).select_related("whom")[:500])


@router.post("/cases/{number}/tasks", response={201: TaskOut}, operation_id="add_task")
def add(request: HttpRequest, number: int, told: TaskIn) -> Status[Task]:
    case = find_case(request, number, needs=Can.WORK)
    whom = _one_of_us(told.whom)
    return Status(201, case.tasks.plan(told.text, by=request.user, whom=whom, due_at=told.due_at, must=told.must))


@router.post("/cases/{number}/task-lists", response={201: list[TaskOut]}, operation_id="add_task_list")
def add_list(request: HttpRequest, number: int, told: ListNamed) -> Status[list[Task]]:
    """All tasks of a list, by its name."""
    case = find_case(request, number, needs=Can.WORK)
    found = get_object_or_404(TaskList.objects.visible_to(request.user).standing(), name=told.name)
    return Status(201, case.tasks.plan_list(found, by=request.user))


@router.patch("/cases/{number}/tasks/{id}", response=TaskOut, operation_id="give_task")
def give(request: HttpRequest, number: int, id: int, told: GivenIn) -> Task:
    task = _task(request, number, id)
    text = task.text if told.text is None else told.text
    task.change(by=request.user, text=text, whom=_one_of_us(told.whom), due_at=told.due_at)
    return task


@router.post("/cases/{number}/tasks/{id}/done", response={204: None}, operation_id="finish_task")
def finish(request: HttpRequest, number: int, id: int) -> Status[None]:
    _task(request, number, id).finish(by=request.user)
    return Status(204, None)


@router.delete("/cases/{number}/tasks/{id}/done", response={204: None}, operation_id="reopen_task")
def reopen(request: HttpRequest, number: int, id: int) -> Status[None]:
    _task(request, number, id).reopen(by=request.user)
    return Status(204, None)


@router.delete("/cases/{number}/tasks/{id}", response={204: None}, operation_id="drop_task")
def drop(request: HttpRequest, number: int, id: int) -> Status[None]:
    _task(request, number, id).drop(by=request.user)
    return Status(204, None)


@router.get("/task-lists", response=list[TaskListOut], operation_id="list_task_lists")
def lists(request: HttpRequest) -> list[TaskList]:
    request.user.must_be_able_to(Can.WORK)
    return list(TaskList.objects.visible_to(request.user).standing()[:200])


@router.put("/task-lists", response=TaskListOut, operation_id="write_task_list")
def write(request: HttpRequest, told: TaskListIn) -> TaskList:
    """A new list, or what the one of that name says from now on."""
    return TaskList.objects.write(told.name, by=request.user, body=told.body)


@router.delete("/task-lists/{id}", response={204: None}, operation_id="retire_task_list")
def retire(request: HttpRequest, id: int) -> Status[None]:
    request.user.must_be_able_to(Can.ARRANGE)
    get_object_or_404(TaskList.objects.standing(), pk=id).retire(by=request.user)
    return Status(204, None)


def _task(request: HttpRequest, number: int, pk: int) -> Task:
    case = find_case(request, number, needs=Can.WORK)
    rows = Task.objects.visible_to(request.user).select_related("case", "whom")
    return get_object_or_404(rows, case=case, pk=pk)


def _one_of_us(email: str) -> User | None:
    if not email:
        return None
    if found := User.objects.colleagues().filter(email=email.lower()).first():
        return found
    raise Invalid(_("“{email}” is none of us.").format(email=email[:80]))
