"""How work is organized, by name: tags, snooze, fields, tasks."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.cases.acts import AsItWas, ChangedSince, Undo, act, undoes
from tandem.cases.acts.fields import Person, Span, Word
from tandem.cases.models import Case
from tandem.kit import clock
from tandem.organize.models import Field, Tag, TaskList
from tandem.organize.models.snooze import NothingToSnooze, NothingWouldWakeIt, NoTimeToSnooze, PromiseIsDue
from tandem.organize.waking import Wakes
from tandem.people.roles import Can

NO_MORE = (NothingToSnooze, NothingWouldWakeIt, NoTimeToSnooze, PromiseIsDue)
EVENTS = [("", _("only then")), *Wakes.choices]


class TagOf(Word):
    """One of the tags there are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Tag"), **kwargs})

    def known(self) -> list[tuple[str, str]]:
        return [(name, name) for name in Tag.objects.standing().values_list("name", flat=True)]

    def meant(self, word: str) -> str | None:
        found = Tag.objects.meaning(word.lower().removeprefix("#")).standing().first()
        return found.name if found else None


class FieldOf(Word):
    """One of the fields there are, by its key."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Field"), **kwargs})

    def known(self) -> list[tuple[str, str]]:
        return list(Field.objects.standing().values_list("key", "label"))

    def meant(self, word: str) -> str | None:
        return word.lower() if Field.objects.standing().filter(key=word.lower()).exists() else None


class ListOf(Word):
    """One of the lists of tasks, by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("List"), **kwargs})

    def known(self) -> list[tuple[str, str]]:
        return [(name, name) for name in TaskList.objects.standing().values_list("name", flat=True)]

    def meant(self, word: str) -> TaskList | None:
        return TaskList.objects.standing().filter(name__iexact=word).first()


@act("tag", _("Tag"), _("tag it {name}"), needs=Can.WORK, asks={"name": TagOf()})
def tag(case: Case, *, by: Any, name: str) -> Undo:
    if case.taggings.put_on(name, by=by) is None:
        raise AsItWas
    return {"name": name}


@undoes("tag")
def take_tag_back(case: Case, *, by: Any, told: Undo) -> None:
    if not case.taggings.take_off(told["name"], by=by):
        raise ChangedSince


@act("untag", _("Take a tag off"), _("take the tag {name} off"), needs=Can.WORK, asks={"name": TagOf()})
def untag(case: Case, *, by: Any, name: str) -> Undo:
    if not case.taggings.take_off(name, by=by):
        raise AsItWas
    return {"name": name}


@undoes("untag")
def put_tag_back(case: Case, *, by: Any, told: Undo) -> None:
    if case.taggings.put_on(told["name"], by=by) is None:
        raise ChangedSince


@act(
    "snooze",
    _("Snooze"),
    _("snooze it for {length}, or until: {on}"),
    needs=Can.WORK,
    asks={
        "length": Span(label=_("For how long"), required=False),
        "on": forms.ChoiceField(label=_("Or until"), choices=EVENTS, required=False),
    },
)
def snooze(case: Case, *, by: Any, length: timedelta | None = None, on: str = "") -> Undo:
    until = clock.now() + length if length else None
    was = case.lock().snoozes.standing().first()
    return {"snooze": case.snoozes.put_off(by=by, until=until, on=on).pk, "was": was and was.pk}


@undoes("snooze")
def wake_again(case: Case, *, by: Any, told: Undo) -> None:
    standing = case.snoozes.standing().select_related("case").filter(pk=told["snooze"]).first()
    if standing is None:
        raise ChangedSince
    standing.wake(by=by)
    if was := told.get("was"):
        with suppress(*NO_MORE):
            case.snoozes.bring_back(was, by=by)


@act("wake", _("Wake"), _("wake it"), needs=Can.WORK)
def wake(case: Case, *, by: Any) -> Undo:
    standing = case.snoozes.standing().select_related("case").first()
    if standing is None:
        raise AsItWas
    standing.wake(by=by)
    return {"snooze": standing.pk}


@undoes("wake")
def snooze_again(case: Case, *, by: Any, told: Undo) -> None:
    if case.lock().snoozed_until:
        raise ChangedSince
    try:
        case.snoozes.bring_back(told["snooze"], by=by)
    except NO_MORE as changed:
        raise ChangedSince from changed


@act(
    "fill_in",
    _("Fill in a field"),
    _("set {field} to {value}"),
    needs=Can.WORK,
    asks={
        "field": FieldOf(),
        "value": forms.CharField(
            label=_("Value"), max_length=500, required=False, help_text=_("Nothing empties the field.")
        ),
    },
)
def fill_in(case: Case, *, by: Any, field: str, value: str = "") -> Undo:
    was = case.lock().field_values.standing().filter(key=field).first()
    changed = case.field_values.fill_in({field: value}, by=by)
    if not changed and (was is None or value):
        raise AsItWas
    return {"field": field, "was": was and was.value, "left": changed[0].pk if changed else None}


@undoes("fill_in")
def fill_in_as_before(case: Case, *, by: Any, told: Undo) -> None:
    now = case.lock().field_values.standing().filter(key=told["field"]).values_list("pk", flat=True).first()
    if now != told["left"]:
        raise ChangedSince
    case.field_values.fill_in({told["field"]: told["was"]}, by=by)


@act(
    "add_task",
    _("Add a task"),
    _("to do: {text}"),
    needs=Can.WORK,
    asks={
        "text": forms.CharField(label=_("What is to be done"), max_length=300),
        "whom": Person(label=_("By whom"), required=False),
        "within": Span(label=_("Due within"), required=False),
        "must": forms.BooleanField(label=_("Before the case is closed"), required=False),
    },
)
def add_task(
    case: Case, *, by: Any, text: str, whom: Any = None, within: timedelta | None = None, must: bool = False
) -> Undo:
    due_at = clock.now() + within if within else None
    return {"tasks": [case.tasks.plan(text, by=by, whom=whom, due_at=due_at, must=must).pk]}


@act("add_tasks", _("Add a list of tasks"), _("to do: all of “{tasks}”"), needs=Can.WORK, asks={"tasks": ListOf()})
def add_tasks(case: Case, *, by: Any, tasks: TaskList) -> Undo:
    return {"tasks": [task.pk for task in case.tasks.plan_list(tasks, by=by)]}


@undoes("add_task")
@undoes("add_tasks")
def drop_tasks(case: Case, *, by: Any, told: Undo) -> None:
    """Those that are still open."""
    rows = list(case.tasks.open().select_related("case").filter(pk__in=told["tasks"]))
    if not rows:
        raise ChangedSince
    for task in rows:
        task.drop(by=by)
