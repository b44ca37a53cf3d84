"""How cases are kept in order, as rows: tags, fields, lists of tasks."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from tandem.kit.errors import Invalid, Refused
from tandem.kit.portable import Rows, changed, portable, words
from tandem.organize.models import Field, Tag, TagKind, TaskList
from tandem.organize.models.tag import tidy
from tandem.organize.models.task_list import tidy as tidy_lines
from tandem.people.roles import Can

EMPTY: dict[str, Any] = {
    "hint": "",
    "choices": [],
    "realm": "",
    "applies_if": "",
    "required_before": "",
    "audience": "support",
}


def _said(act: Callable[..., Any], *told: Any, **kwargs: Any) -> Any:
    """What is refused here, is wrong in the file."""
    try:
        return act(*told, **kwargs)
    except Refused as refusal:
        raise Invalid(refusal.sentence) from None


@portable("tags")
class Tags:
    """Those one may use; a merge comes with the tag that is merged."""

    def told(self) -> Rows:
        rows = Tag.objects.filter(retired_at=None).select_related("merged_into").order_by("name")
        return [self._told(row) for row in rows]

    @staticmethod
    def _told(row: Tag) -> dict[str, Any]:
        return {"name": row.name, "kind": row.kind, **({"means": row.merged_into.name} if row.merged_into else {})}

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        by.must_be_able_to(Can.ARRANGE)
        known = [words(row, needs=["name"], may=["kind", "means"]) for row in rows]
        told = [self._take({"kind": TagKind.FREE.value, **row}, by=by) for row in known]
        merged = [self._merge(row["name"], row["means"], by=by) for row in known if row.get("means")]
        return [sentence for sentences in told + merged for sentence in sentences]

    def _take(self, row: dict[str, Any], *, by: Any) -> list[str]:
        name = _said(tidy, str(row["name"]))
        standing = Tag.objects.filter(name=name, retired_at=None).first()
        before = {"name": name, "kind": standing.kind} if standing else None
        told = changed(_("Tag “{name}”").format(name=name), before, {"name": name, "kind": row["kind"]})
        if told and standing:
            _said(standing.change, by=by, name=name, kind=row["kind"])
        elif told:
            _said(Tag.objects.make, name, by=by, kind=row["kind"])
        return told

    def _merge(self, name: Any, means: Any, *, by: Any) -> list[str]:
        tag = Tag.objects.get(name=_said(tidy, str(name)))
        into = Tag.objects.filter(name=_said(tidy, str(means))).first()
        if into is None:
            raise Invalid(_("There is no tag “{name}”.").format(name=str(means)[:80]))
        if tag.merged_into_id == into.pk:
            return []
        _said(tag.merge_into, into, by=by)
        return [_("Tag “{name}” means the same as “{into}”.").format(name=tag.name, into=into.name)]


@portable("fields")
class Fields:
    """In the order they have on a case; what is empty is left out."""

    def told(self) -> Rows:
        return [self._told(row) for row in Field.objects.standing().order_by("place", "pk")]

    @staticmethod
    def _told(row: Field) -> dict[str, Any]:
        rest = {name: value for name in EMPTY if (value := getattr(row, name)) != EMPTY[name]}
        return {"key": row.key, "label": row.label, "kind": row.kind, **rest}

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        by.must_be_able_to(Can.ARRANGE)
        known = [words(row, needs=["key", "label", "kind"], may=EMPTY) for row in rows]
        told = [sentence for row in known for sentence in self._take(row, by=by)]
        Field.objects.arrange([str(row["key"]) for row in known], by=by)
        return told

    def _take(self, row: dict[str, Any], *, by: Any) -> list[str]:
        if not isinstance(row.get("choices", []), list):
            raise Invalid(_("“{named}”: choices are a list").format(named=row["key"]))
        after = {"key": str(row["key"]), **EMPTY, **{name: row[name] for name in row if name != "key"}}
        after |= {"choices": [str(one) for one in after["choices"]]}
        standing = Field.objects.standing().filter(key=after["key"]).first()
        before = EMPTY | self._told(standing) if standing else None
        told = changed(_("Field “{key}”").format(key=after["key"]), before, after)
        if told:
            _said(Field.objects.write, by=by, **after)
        return told


@portable("task_lists")
class TaskLists:
    def told(self) -> Rows:
        return [{"name": row.name, "tasks": row.body} for row in TaskList.objects.standing().order_by("name")]

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        by.must_be_able_to(Can.ARRANGE)
        known = [words(row, needs=["name", "tasks"]) for row in rows]
        return [sentence for row in known for sentence in self._take(row, by=by)]

    def _take(self, row: dict[str, Any], *, by: Any) -> list[str]:
        name, body = " ".join(str(row["name"]).split()), tidy_lines(str(row["tasks"]))
        standing = TaskList.objects.standing().filter(name=name).first()
        before = {"name": standing.name, "tasks": standing.body} if standing else None
        told = changed(_("Task list “{name}”").format(name=name), before, {"name": name, "tasks": body})
        if told:
            _said(TaskList.objects.write, name, by=by, body=body)
        return told
