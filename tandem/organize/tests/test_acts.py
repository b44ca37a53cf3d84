"""What may be strung together: each act does it, and is undone."""

import json
from datetime import timedelta

import pytest

from tandem.cases.acts import ACTS, AsItWas, ChangedSince
from tandem.cases.models import Case
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.kit.portable import exported, take
from tandem.organize.models import Field, Tag, TaskList


@pytest.fixture(autouse=True)
def shaped(max):
    Tag.objects.make("data-loss", by=max)
    Field.objects.write("plan", by=max, label="Plan", kind="choice", choices=["Gold", "Silver"])
    TaskList.objects.write("Data loss", by=max, body="Stop the writer\nTell the manager")


TOLD = {
    "tag": {"name": "data-loss"},
    "snooze": {"length": "2d", "on": "customer"},
    "fill_in": {"field": "plan", "value": "gold"},
    "add_task": {"text": "Check the backup", "whom": "me", "within": "4h", "must": True},
    "add_tasks": {"tasks": "Data loss"},
}


def state(case) -> tuple:
    return (
        [row.name for row in case.taggings.standing().named()],
        Case.objects.get(pk=case.pk).snoozed_until,
        [row.text for row in case.field_values.standing()],
        [task.text for task in case.tasks.open()],
    )


@pytest.mark.parametrize("name", TOLD)
def test_it_is_done_once_and_undone(case, sam, name):
    before = state(case)
    undo = ACTS[name].done(case, by=sam, told=TOLD[name])
    assert state(case) != before
    assert ACTS[name].sentence(TOLD[name], by=sam)

    ACTS[name].undone(case, by=sam, told=undo)

    assert state(case) == before
    with pytest.raises(ChangedSince):
        ACTS[name].undone(case, by=sam, told=undo)


def test_what_takes_away_is_undone_too(case, sam):
    for name in ("tag", "snooze", "fill_in"):
        ACTS[name].done(case, by=sam, told=TOLD[name])
    before = state(case)
    empties = {"untag": TOLD["tag"], "wake": {}, "fill_in": {"field": "plan", "value": ""}}
    undos = {name: ACTS[name].done(case, by=sam, told=told) for name, told in empties.items()}
    assert state(case) == ([], None, [], [])
    for name, told in empties.items():
        with pytest.raises(AsItWas):
            ACTS[name].done(case, by=sam, told=told)

    for name, undo in undos.items():
        ACTS[name].undone(case, by=sam, told=undo)

    assert state(case) == before


def test_what_slept_before_sleeps_on_as_it_did(case, sam):
    until = clock.now() + timedelta(days=1)
    case.snoozes.put_off(by=sam, until=until, on="engineering")
    undo = ACTS["snooze"].done(case, by=sam, told=TOLD["snooze"])
    ACTS["snooze"].undone(case, by=sam, told=json.loads(json.dumps(undo)))

    standing = case.snoozes.standing().get()
    assert (standing.until, standing.on) == (until, "engineering")

    undo = ACTS["snooze"].done(case, by=sam, told=TOLD["snooze"])
    with clock.at(until + timedelta(minutes=1)):
        ACTS["snooze"].undone(case, by=sam, told=undo)
    assert not case.snoozes.standing().exists()


def test_what_slept_for_what_came_meanwhile_stays_awake_and_else_it_is_whose_it_was(case, sam, max, erin, platform):
    asked = case.escalations.raise_to(platform, by=sam, asking="Why?")
    case.snoozes.put_off(by=sam, on="engineering")
    undo = ACTS["snooze"].done(case, by=max, told=TOLD["snooze"])
    ACTS["snooze"].undone(case, by=max, told=undo)
    assert case.snoozes.standing().get().begun_by == sam

    undo = ACTS["snooze"].done(case, by=max, told=TOLD["snooze"])
    asked.accept(by=erin)
    ACTS["snooze"].undone(case, by=max, told=undo)
    assert not case.snoozes.standing().exists()


def test_settings_go_out_and_come_in_as_they_were(max):
    Tag.objects.make("rows-gone", by=max).merge_into(Tag.objects.get(name="data-loss"), by=max)
    told = exported()
    assert take(told, by=max) == []

    changes = told.replace("kind: free", "kind: cause").replace("Plan", "Contract").replace("manager", "managers")
    assert take(changes, by=max) == [
        "Tag “data-loss”: kind was “free”, is “cause”.",
        "Tag “rows-gone”: kind was “free”, is “cause”.",
        "Field “plan”: label was “Plan”, is “Contract”.",
        "Task list “Data loss”: tasks was “Stop the writer⏎Tell the manager”, is “Stop the writer⏎Tell the managers”.",
    ]
    assert exported() == changes
    for wrong in ("fields: [{key: Big, label: x, kind: text}]", "tags: [{name: 'a,b'}]", "task_lists: [{name: x}]"):
        with pytest.raises(Invalid):
            take(f"tandem: 1\n{wrong}\n", by=max)
