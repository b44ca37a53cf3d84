from typing import Any

from tandem.cases.http import Panel
from tandem.cases.journey import Stage
from tandem.cases.models import Case, Link
from tandem.organize import forms
from tandem.organize.models import Field, FieldValue, Snooze, Tag, Tagging, Task, TaskList
from tandem.organize.models.value import asked, missing, standing
from tandem.people.roles import Can

PAST = 10
MOST = 200


def _snooze(case: Case, actor: Any) -> dict:
    """Whether it sleeps, what woke it before, and how long it could."""
    rows = Snooze.objects.visible_to(actor).filter(case=case).select_related("begun_by")
    found = list(rows[: PAST + 1])
    for row in found:
        row.case = case
    return {
        "standing": next((row for row in found if row.ended_at is None), None),
        "past": [row for row in found if row.ended_at],
        "form": forms.SnoozeForm(),
    }


snooze = Panel("snooze", "organize/snooze/_panel.html", _snooze, hears=("promise", "closure"))


def _tags(case: Case, actor: Any) -> dict:
    taggings = Tagging.objects.visible_to(actor).standing().filter(case=case).named().select_related("tagged_by")
    return {
        "taggings": taggings[:MOST],
        "known": Tag.objects.visible_to(actor).standing()[:MOST],
        "may_make": actor.may(Can.ARRANGE),
        "form": forms.TaggingForm(),
    }


tags = Panel("tag", "organize/tag/_panel.html", _tags)


def _fields(case: Case, actor: Any) -> dict:
    """Those this case is asked, with what was said; what was said in others, and before."""
    told = standing(case)
    here = asked(case, told)
    keys = {field.key for field in here}
    past = FieldValue.objects.visible_to(actor).filter(case=case).exclude(replaced_at=None)
    return {
        **asking(here, told),
        "told": told,
        "elsewhere": [row for key, row in told.items() if key not in keys],
        "past": past.select_related("field", "set_by")[:PAST],
        "may_arrange": actor.may(Can.ARRANGE),
        "form": forms.FieldsForm(asked=here, told=told),
    }


def asking(here: list[Field], told: dict[str, FieldValue]) -> dict[str, Any]:
    return {"asked": here, "missing": {field.key for field in missing(here, told, Stage.CLOSE)}}


def _fields_card(case: Case, actor: Any) -> dict:
    """What customers read of the fields of their case; each is chosen by who wrote the field."""
    rows = FieldValue.objects.for_customers().filter(case=case, case__in=Case.objects.visible_to(actor))
    rows = rows.select_related("field").order_by("field__place", "pk")[:MOST]
    return {"rows": [{"label": row.field.label, "value": str(row)} for row in rows]}


def _tasks(case: Case, actor: Any) -> dict:
    tasks = list(
        Task.objects.visible_to(actor).filter(case=case, dropped_at=None).select_related("whom", "done_by")[:MOST]
    )
    return {
        "open": [task for task in tasks if task.is_open],
        "done": [task for task in tasks if not task.is_open],
        "lists": TaskList.objects.visible_to(actor).standing()[:MOST],
        "may_arrange": actor.may(Can.ARRANGE),
        "form": forms.TaskForm(),
    }


def _children(case: Case, actor: Any) -> dict:
    """What stands above this case and below it, each with how it stands."""
    links = Link.objects.visible_to(actor).to_parents().of(case)[:MOST]
    return {
        "parent": next((link for link in links if link.case_id == case.pk), None),
        "children": [link for link in links if link.other_id == case.pk],
        "steers": actor.may(Can.STEER),
        "form": forms.ChildForm(case=case, actor=actor),
    }


fields = Panel("field", "organize/field/_panel.html", _fields, hears=("assessment",))
fields_card = Panel("field_card", "organize/field/_card.html", _fields_card, hears=("field",))
tasks = Panel("task", "organize/task/_panel.html", _tasks)
children = Panel("child", "organize/child/_panel.html", _children, hears=("case",))
