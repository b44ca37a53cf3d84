from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tandem.cases.models import Case
from tandem.cases.query import ask
from tandem.cases.sentences import sentence
from tandem.kit import clock
from tandem.kit.errors import NotAllowed
from tandem.organize.closing import TasksMustBeDone
from tandem.organize.models import Task, TaskList
from tandem.organize.models.task import NothingToDo, NotOneOfUs, SettledAlready, StillOpen
from tandem.organize.models.task_list import NoList

LOSS = "! Stop the writer\nTell the account manager +1d\n\nWrite it down"


@pytest.fixture
def loss(max):
    return TaskList.objects.write("Data loss", by=max, body=LOSS)


def open_ones(case) -> list[str]:
    return [task.text for task in case.tasks.open()]


def found(text, actor) -> list[Case]:
    return list(Case.objects.filter(ask(text, actor).clause))


def test_it_is_for_somebody_found_by_them_and_done_once(case, mallorys_case, sam, erin):
    task = case.tasks.plan("Check  the backup", by=sam, whom=erin)
    assert (found("task:me", erin), found("task:me", sam)) == ([case], [])
    assert (found("task:open", sam), found("task:none", sam)) == ([case], [mallorys_case])

    task.finish(by=erin)
    assert found("task:open", sam) == []
    with pytest.raises(SettledAlready):
        task.finish(by=sam)
    task.reopen(by=sam)
    with pytest.raises(StillOpen):
        task.reopen(by=sam)
    task.drop(by=sam)
    verbs = [event.verb for event in case.events.order_by("seq") if event.verb.startswith("task.")]
    assert verbs == ["task.added", "task.done", "task.reopened", "task.dropped"]


def test_when_its_time_comes_it_says_so_once_and_is_late(case, sam, erin, worker):
    task = case.tasks.plan("Check the backup", by=sam, whom=erin, due_at=clock.now() + timedelta(hours=1))
    task.give(by=sam, whom=erin, due_at=clock.now() + timedelta(hours=2))
    worker()
    assert found("task:late", erin) == []

    with clock.at(clock.now() + timedelta(hours=3)):
        worker()
        assert found("task:late", erin) == [case]

    told = case.events.get(verb="task.came_due")
    assert told.facts["told"] == [erin.pk]


@pytest.mark.parametrize(("owners", "hears"), [("both", "sam"), ("technical", "erin"), ("nobody", None)])
def test_of_what_nobody_has_an_owner_of_the_case_hears(case, sam, erin, worker, owners, hears):
    if owners == "both":
        case.assignments.give("customer", to=sam, by=sam)
    if owners != "nobody":
        case.assignments.give("technical", to=erin, by=sam)
    case.tasks.plan("Check the backup", by=None, due_at=clock.now() + timedelta(hours=1))

    with clock.at(clock.now() + timedelta(hours=2)):
        worker()

    told = case.events.get(verb="task.came_due").facts["told"]
    assert told == [{"sam": sam, "erin": erin}[hears].pk] if hears else told == []


def test_a_line_of_a_list_is_for_whom_it_calls(case, sam, erin, max):
    body = "! Check the backup @erin +2d\nTell them +1d @sam\nWrite to @max today\nRest @max"
    tasks = TaskList.objects.write("Data loss", by=max, body=body)
    max.retire()

    planned = case.tasks.plan_list(tasks, by=sam)

    assert [(task.text, task.whom) for task in planned] == [
        ("Check the backup", erin),
        ("Tell them", sam),
        ("Write to @max today", None),
        ("Rest @max", None),
    ]
    assert planned[0].must
    assert planned[0].due_at > clock.now() + timedelta(days=1)
    assert [sentence(line) for line in case.events.filter(verb="task.given").order_by("seq")] == [
        "“Check the backup” is for Erin Haas",
        "“Tell them” is for Sam Okafor",
    ]


@pytest.mark.parametrize("line", ["Ask @Erin", "! Ask @Erin +2d", "Ask +2d @Erin"])
def test_who_is_called_behind_a_single_word_belongs_to_it(case, sam, erin, max, line):
    [task] = case.tasks.plan_list(TaskList.objects.write("Data loss", by=max, body=line), by=sam)

    assert (task.text, task.whom, task.due_at is not None) == ("Ask @Erin", None, "+2d" in line)


def test_a_long_line_for_whom_is_here_no_more_is_cut(case, sam, erin, max):
    tasks = TaskList.objects.write("Data loss", by=max, body=f"Check {'x' * 294} @erin")
    erin.retire()

    [task] = case.tasks.plan_list(tasks, by=sam)

    assert len(task.text) == 300
    assert task.text.endswith("xxx @erin")


def test_a_list_calls_only_who_is_here(max):
    with pytest.raises(NoList, match="“@nobody” calls nobody here"):
        TaskList.objects.write("Data loss", by=max, body="Check the backup @nobody")


def test_it_is_changed_where_it_stands(case, sam, erin, at_the_desk):
    due_at = clock.now() + timedelta(hours=5)
    task = case.tasks.plan("Check the backup", by=sam, due_at=due_at)
    desk, at = at_the_desk(sam), f"/desk/cases/{case.number}/tasks/{task.pk}/"
    page = desk.get(at, headers={"HX-Request": "true"}).text
    assert 'value="Check the backup"' in page
    assert "Keep it" in page

    told = {"act": "change", "text": "Check both backups", "whom": erin.pk}
    desk.post(at, told | {"due_at": timezone.localtime(due_at).strftime("%Y-%m-%dT%H:%M")})

    task.refresh_from_db()
    assert (task.text, task.whom, task.due_at) == ("Check both backups", erin, due_at)
    lines = [sentence(line) for line in case.events.filter(verb__startswith="task.").order_by("seq")]
    assert lines[1:] == [
        "To do: Check both backups, in place of: Check the backup",
        "“Check both backups” is for Erin Haas",
    ]
    assert desk.post(at, told | {"text": " "}).status_code == 422
    task.finish(by=erin)
    assert desk.post(at, told).status_code == 409


def test_what_is_to_be_done_is_something_for_one_of_us(case, sam, ana):
    for text in ("", "  ", "x" * 301):
        with pytest.raises(NothingToDo):
            case.tasks.plan(text, by=sam)
    with pytest.raises(NotOneOfUs):
        case.tasks.plan("Check the backup", by=sam, whom=ana)
    task = case.tasks.plan("The password is hunter2!Sommer", by=sam)
    assert "hunter2" not in task.text
    with pytest.raises(IntegrityError, match="task_done_or_dropped"), transaction.atomic():
        Task.objects.update(done_at=clock.now(), dropped_at=clock.now())
    assert not Task.objects.visible_to(ana).exists()


def test_a_list_is_added_as_a_whole_in_its_order(case, sam, max, loss):
    case.tasks.plan("First of all", by=sam)
    first, second, third = case.tasks.plan_list(loss, by=sam)

    assert open_ones(case) == ["First of all", "Stop the writer", "Tell the account manager", "Write it down"]
    assert (first.must, second.must, second.due_at > clock.now() + timedelta(hours=23)) == (True, False, True)
    third.move_up(by=sam)
    assert open_ones(case)[2:] == ["Write it down", "Tell the account manager"]
    TaskList.objects.write("Data loss", by=max, body="Nothing else")
    assert len(open_ones(case)) == 4
    with pytest.raises(NotAllowed):
        TaskList.objects.write("Mine", by=sam, body=LOSS)
    with pytest.raises(NoList):
        TaskList.objects.write("Empty", by=max, body=" ! \n")


def test_closing_warns_of_what_is_open_and_waits_for_what_must_be_done(case, sam, loss, at_the_desk):
    first, *_rest = case.tasks.plan_list(loss, by=sam)
    with pytest.raises(TasksMustBeDone, match="Before this case is closed, do: “Stop the writer”"):
        case.closures.close(by=sam, reason="not_a_fault")
    desk = at_the_desk(sam)
    panel = desk.get(f"/desk/cases/{case.number}/closure/", headers={"HX-Request": "true"}).text
    assert "Still to be done, and left open: “Stop the writer”, “Tell the account manager”" in panel

    first.finish(by=sam)
    case.closures.close(by=sam, reason="not_a_fault")
    assert len(open_ones(case)) == 2


def test_at_the_desk(case, sam, erin, max, loss, at_the_desk):
    desk, page = at_the_desk(sam), f"/desk/cases/{case.number}/tasks/"
    desk.post(page, {"text": "Check the backup", "whom": erin.pk, "due_at": "2026-01-31T12:00"})
    task = case.tasks.get()
    assert (task.whom, task.is_late) == (erin, True)
    desk.post(f"{page}list/", {"list": loss.pk})
    desk.post(f"{page}{task.pk}/", {"act": "done"})
    assert "Stop the writer" in desk.get(page, headers={"HX-Request": "true"}).text
    assert "3 open" in desk.get(f"/desk/cases/{case.number}/glances/").text

    settings = at_the_desk(max)
    settings.post(f"/desk/task-lists/{loss.pk}/", {"name": "Loss of data", "body": LOSS})
    assert "Loss of data" in settings.get("/desk/task-lists/").text
    settings.post(f"/desk/task-lists/{loss.pk}/retirement/")
    assert "There are no lists yet" in settings.get("/desk/task-lists/").text


@pytest.mark.parametrize("chosen", [{}, {"list": ""}, {"list": "x"}, {"list": "999999"}])
def test_who_chose_no_list_reads_what_to_do(case, sam, chosen, at_the_desk):
    answer = at_the_desk(sam).post(f"/desk/cases/{case.number}/tasks/list/", chosen)

    assert answer.status_code == 422
    assert "Choose which list is to be added" in answer.text
    assert not case.tasks.exists()


def test_by_api(case, sam, erin, loss, by_api):
    api, json = by_api(sam), {"content_type": "application/json"}
    at = f"/api/v1/cases/{case.number}"
    made = api.post(f"{at}/tasks", {"text": "Check the backup", "whom": "erin@tandem.example"}, **json).json()
    assert api.post(f"{at}/tasks/{made['id']}/done").status_code == 204
    assert api.post(f"{at}/tasks", {"text": "x", "whom": "ana@northwind.example"}, **json).status_code == 422
    assert len(api.post(f"{at}/task-lists", {"name": "Data loss"}, **json).json()) == 3
    assert len(api.get(f"{at}/tasks").json()) == 4
    changed = api.patch(f"{at}/tasks/{made['id']}", {"text": "Check both"}, **json)
    assert changed.json()["title"].startswith("This task was done")
    api.delete(f"{at}/tasks/{made['id']}/done")
    changed = api.patch(f"{at}/tasks/{made['id']}", {"text": "Check both", "whom": "sam@tandem.example"}, **json).json()
    assert (changed["text"], changed["whom"]) == ("Check both", "sam@tandem.example")
